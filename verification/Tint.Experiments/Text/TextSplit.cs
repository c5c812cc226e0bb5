namespace Tint.Experiments.Text;

/// <summary>Parts of generated text that have no document in common; the number is the seed of the documents.</summary>
public enum TextSplit
{
    /// <summary>What models are trained on.</summary>
    Training = 1,

    /// <summary>What choices are made on, such as a learning rate's; never trained on.</summary>
    Validation = 2,

    /// <summary>What results are reported on; never trained on, and no choice is made on it.</summary>
    Test = 3,
}
