using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Simulation;

namespace Tint.Properties.Mutants.Faults;

/// <summary>
/// Attention without the stop-gradient: as an autograd's tape does, the forward pass keeps its weights and input beside the memory that it
/// returns, and the backward pass adds ∂Q W_Q + ∂K W_K of the trained queries. A memory that no forward pass of this implementation made has no tape.
/// </summary>
internal sealed class ScorePathKept(ITintModules modules) : MutantTint(modules)
{
    private readonly ConditionalWeakTable<AttentionMemory, Tape> _tapes = [];

    /// <inheritdoc/>
    public override (Matrix<double> Output, AttentionMemory Memory) AttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask)
    {
        var (output, memory) = base.AttentionForward(configuration, query, key, value, x, iclMask);
        _tapes.Add(memory, new Tape(query, key, value, x, iclMask));
        return (output, memory);
    }

    /// <inheritdoc/>
    public override (Matrix<double> InputGradient, LinearParameters Updated) AttentionBackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        var (passed, updated) = base.AttentionBackwardDescent(configuration, value, gradient, memory, trainMask, iclMask);
        return (_tapes.TryGetValue(memory, out var tape) && configuration.BackpropagateThroughAttention
            ? passed + tape.ScorePath(gradient.MapIndexed((t, _, g) => trainMask[t] * g), configuration.Auxiliary.HeadCount)
            : passed, updated);
    }

    private sealed record Tape(LinearParameters Query, LinearParameters Key, LinearParameters Value, Matrix<double> X, Matrix<double>? IclMask)
    {
        public Matrix<double> ScorePath(Matrix<double> gradient, int headCount)
        {
            var forward = ExactAttention.Forward(Project(Query), Project(Key), Project(Value), headCount, IclMask);
            var exact = ExactAttention.Backward(forward, gradient, headCount, IclMask);
            return (exact.Query * Query.Weight) + (exact.Key * Key.Weight);
        }

        private Matrix<double> Project(LinearParameters layer) => ExactLinear.Forward(layer, X);
    }
}
