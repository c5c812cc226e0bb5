using Tint.Reference.Families;

namespace Tint.Experiments.Training;

/// <summary>Everything that the next step depends on, beside the options and the text. No step changes a state that it was given.</summary>
/// <param name="Parameters">θ.</param>
/// <param name="First">m, the decaying mean of gradients.</param>
/// <param name="Second">v, the decaying mean of their squares.</param>
/// <param name="Losses">The mean loss of each step so far, in nats a token, before its update.</param>
public sealed record TrainingState(ParameterSet Parameters, ParameterSet First, ParameterSet Second, IReadOnlyList<double> Losses)
{
    /// <summary>The number of steps so far.</summary>
    public int Step => Losses.Count;
}
