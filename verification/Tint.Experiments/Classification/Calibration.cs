namespace Tint.Experiments.Classification;

/// <summary>What is subtracted from a candidate's score.</summary>
public enum Calibration
{
    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>Its score behind the template without an example, without demonstrations.</summary>
    Sfc,

    /// <summary>The same with the demonstrations.</summary>
    IclSfc,
}
