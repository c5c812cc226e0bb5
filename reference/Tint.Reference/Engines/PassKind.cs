namespace Tint.Reference.Engines;

/// <summary>The kinds of work that a TinT step consists of.</summary>
/// <remarks>Source: C24.</remarks>
public enum PassKind
{
    /// <summary>Forward through a block, or the final norm.</summary>
    Forward,

    /// <summary>The logits E y.</summary>
    Head,

    /// <summary>The gradient at the final norm's output.</summary>
    LossGradient,

    /// <summary>Backward and descent through the final norm, or a block.</summary>
    Backward,

    /// <summary>On a device alone: the copy of the weights to it.</summary>
    WeightsToDevice,

    /// <summary>On a device alone: the copy of the results from it.</summary>
    ResultsToHost,
}
