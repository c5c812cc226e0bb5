namespace Tint.Experiments.Evaluation;

/// <summary>What predicts the end of a window.</summary>
public enum EvaluationMethod
{
    /// <summary>The model as it is.</summary>
    Vanilla,

    /// <summary>Dynamic evaluation: plain SGD on all parameters with the mean loss of the window's beginning.</summary>
    Dynamic,

    /// <summary>The SGD that a TinT approximates: exact gradients of the summed loss, embeddings not trained.</summary>
    Sgd,

    /// <summary>The same, but queries and keys stay as they are.</summary>
    SgdValues,

    /// <summary>The same, and no gradient goes back through attention's scores: what a TinT computes but for finite differences and where gradients stop.</summary>
    SgdStopped,

    /// <summary>TinT as the published code has it.</summary>
    Published,

    /// <summary>TinT as the paper means it.</summary>
    Paper,

    /// <summary>TinT without departures: the update of plain SGD, queries and keys included, up to what central differences leave.</summary>
    Faithful,
}
