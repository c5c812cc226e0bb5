namespace Tint.Verification.Benchmarks;

/// <summary>The names of the passes of a step.</summary>
internal static class StageNames
{
    /// <summary>The weights' way to a device.</summary>
    public const string WeightsToDevice = "weights to the device";

    /// <summary>The results' way back to the host.</summary>
    public const string ResultsToHost = "results to the host";

    /// <summary>The first forward pass, with the final norm.</summary>
    public const string Forward = "forward";

    /// <summary>The first logits.</summary>
    public const string Head = "head";

    /// <summary>The loss gradient; in plain SGD it is part of <see cref="Backward"/>.</summary>
    public const string LossGradient = "loss gradient";

    /// <summary>Backward with the descents, with the final norm.</summary>
    public const string Backward = "backward and descent";

    /// <summary>Forward with the updated weights.</summary>
    public const string ForwardAgain = "forward again";

    /// <summary>The logits after it.</summary>
    public const string HeadAgain = "head again";
}
