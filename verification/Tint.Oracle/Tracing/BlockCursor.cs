namespace Tint.Oracle.Tracing;

/// <summary>How far a walk through one block has come: how many normalisations, layers and sums it has met.</summary>
/// <param name="scope">What the names of the block's intermediates begin with.</param>
internal sealed class BlockCursor(string scope)
{
    /// <summary>What the names of the block's intermediates begin with, as in <c>forward0.layer1.</c>.</summary>
    public string Scope { get; } = scope;

    /// <summary>Normalisations so far.</summary>
    public int Norms { get; set; }

    /// <summary>Linear layers so far.</summary>
    public int Linears { get; set; }

    /// <summary>Chunks of the outer layer so far.</summary>
    public int Outers { get; set; }

    /// <summary>Activations so far.</summary>
    public int Activations { get; set; }

    /// <summary>Residual sums so far.</summary>
    public int Residuals { get; set; }

    /// <summary>The chunks whose sum is an intermediate.</summary>
    public List<TraceStep> Chunks { get; } = [];
}
