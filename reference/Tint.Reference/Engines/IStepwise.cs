using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Input;

namespace Tint.Reference.Engines;

/// <summary>
/// An engine whose run comes apart: the summed gradients of a step, which no learning rate enters; the weights after it; a prediction. Runs that differ in rates, in
/// the number of steps, or in how many layers from the top are trained, then share what is the same in them.
/// </summary>
/// <remarks>One step of an engine's own rate is Predict(Descend(W, Gradient(W, s), η), s), to the last bit.</remarks>
public interface IStepwise
{
    /// <summary>The summed gradients of one step on a sequence, in the shape of the weights: of all that the engine trains, and perhaps of more.</summary>
    /// <param name="weights">The weights before the step.</param>
    /// <param name="sequence">What is trained on.</param>
    /// <exception cref="RuleViolationException">The sequence breaks a rule, or a number is not finite.</exception>
    public AuxiliaryWeights Gradient(AuxiliaryWeights weights, TokenSequence sequence);

    /// <summary>The weights after a step. What is not trained is shared with <paramref name="weights"/>.</summary>
    /// <param name="weights">The weights before the step.</param>
    /// <param name="gradient">Its summed gradients, of this engine or of one that trains more layers; what this one does not train is not read.</param>
    /// <param name="rate">η.</param>
    public AuxiliaryWeights Descend(AuxiliaryWeights weights, AuxiliaryWeights gradient, double rate);

    /// <summary>The logits of tokens <paramref name="first"/> … T − 1, [T − first × V], without training.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="sequence">What is read.</param>
    /// <param name="first">The first token whose logits are wanted.</param>
    /// <exception cref="RuleViolationException">The sequence breaks a rule, or a number is not finite.</exception>
    public Matrix<double> Predict(AuxiliaryWeights weights, TokenSequence sequence, int first = 0);
}
