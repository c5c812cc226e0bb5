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

    /// <summary>TinT as the published code has it.</summary>
    Published,

    /// <summary>TinT as the paper means it.</summary>
    Paper,
}
