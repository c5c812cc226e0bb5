using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures.Safetensors;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;
using Tint.Verification.Engines;

namespace Tint.Properties.Saving;

/// <summary>
/// One module as a fixture: the hidden states that go in, and those that come out of the construction, in which the module's own result is
/// the simulation's.
/// </summary>
internal sealed class SavedModule
{
    private static readonly SimulationTint Simulation = new();

    private readonly LawCase _item;
    private readonly TintConfiguration _configuration;
    private readonly ConstructedModules _modules;

    private SavedModule(LawCase item)
    {
        (_item, _configuration) = (item, item.Configuration);
        _modules = new ConstructedModules(item.Configuration, Arithmetic.Plain);
    }

    /// <summary>The fixture of a module on a case's first sequence, in <see cref="FixtureForm"/>.</summary>
    /// <exception cref="RuleViolationException">The module is unknown.</exception>
    public static SavedCase Of(string module, LawCase item) => new SavedModule(item).Save(module);

    private SavedCase Save(string module)
    {
        var (c, value, norm, x, g) = (_configuration, _item.Layer.Value, _item.Norm(), _item.Signal, _item.Gradient);
        var (mask, icl, linearMemory, normMemory) = (_item.Sequence.TrainMask, _item.Sequence.IclMask, _item.Memory[0], _item.NormMemory());
        var (attentionMemory, layer) = (_item.AttentionMemory(), _item.Layer);
        switch (module)
        {
            case "LinearForward":
                return Case(module, MemorySlots.Linear(c), _modules.LinearStates(value, x), states => _modules.LinearForward(states),
                    Token(Simulation.LinearForward(c, value, x).Output));
            case "LinearBackward":
                return Case(module, MemorySlots.Linear(c), _modules.LinearStates(value, g), states => _modules.LinearBackward(states),
                    Token(Simulation.LinearBackward(c, value, g)));
            case "LinearDescent":
                return Case(module, MemorySlots.Linear(c), _modules.LinearStates(value, g, linearMemory), states => _modules.LinearDescent(states, mask),
                    Layer(Simulation.LinearDescent(c, value, g, linearMemory, mask)));
            case "LayerNormForward":
                return Case(module, MemorySlots.LayerNorm(c), _modules.NormStates(norm, x), states => _modules.LayerNormForward(states),
                    Token(Simulation.LayerNormForward(c, norm, x).Output));
            case "LayerNormBackward":
                return Case(module, MemorySlots.LayerNorm(c), _modules.NormStates(norm, g, normMemory), states => _modules.LayerNormBackward(states),
                    Token(Simulation.LayerNormBackward(c, norm, g, normMemory)));
            case "LayerNormDescent":
                var updated = Simulation.LayerNormDescent(c, norm, g, normMemory, mask);
                return Case(module, MemorySlots.LayerNorm(c), _modules.NormStates(norm, g, normMemory), states => _modules.LayerNormDescent(states, mask),
                    Layer(new LinearParameters(updated.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(updated.Weight), updated.Bias)));
            case "AttentionForward":
                var (key, values) = (PrefixStack.Stack(c, layer.Key), PrefixStack.Stack(c, layer.Value));
                return Case(module, MemorySlots.Attention(c), _modules.LinearStates(layer.Query, x), states => _modules.AttentionForward(states, key, values, icl),
                    Token(Simulation.AttentionForward(c, layer.Query, layer.Key, value, x, icl).Output),
                    SavedTensor.Of("input.key_prefixes", key.ToMatrix()), SavedTensor.Of("input.value_prefixes", values.ToMatrix()));
            case "AttentionBackward":
                return Case(module, MemorySlots.Attention(c), _modules.AttentionStates(null, g, attentionMemory), states => _modules.AttentionBackward(states, mask, icl),
                    Token(Simulation.AttentionBackward(c, g, attentionMemory, mask, icl)));
            case "AttentionBackwardDescent":
                var both = Simulation.AttentionBackwardDescent(c, value, g, attentionMemory, mask, icl);
                return Case(module, MemorySlots.Attention(c), _modules.AttentionStates(value, g, attentionMemory), states => _modules.AttentionBackwardDescent(states, mask, icl),
                    states => Layer(both.Updated)(Token(both.InputGradient)(states)));
            case "ActivationForward":
                return Case(module, MemorySlots.Activation(c), _modules.ActivationStates(x), states => _modules.ActivationForward(states),
                    Token(Simulation.ActivationForward(c, x).Output));
            case "ActivationBackward":
                return Case(module, MemorySlots.Activation(c), _modules.ActivationStates(g, linearMemory), states => _modules.ActivationBackward(states),
                    Token(Simulation.ActivationBackward(c, g, linearMemory)));
            default:
                throw new RuleViolationException("a saved module must be known", module, "save the whole model");
        }
    }

    private SavedCase Case(
        string module,
        int memorySlot,
        HiddenStates input,
        Func<HiddenStates, HiddenStates> run,
        Func<HiddenStates, HiddenStates> replace,
        params SafetensorsTensor[] more)
    {
        var tensors = new List<SafetensorsTensor>(more)
        {
            SavedTensor.Of("input.hidden_states", input.ToMatrix()),
            SavedTensor.Of("expected.hidden_states", replace(run(input)).ToMatrix()),
        };
        if (InputNames.IsRead(module, "train_mask"))
        {
            tensors.Add(SavedTensor.Of("input.train_mask", _item.Sequence.TrainMask));
        }

        if (_item.Sequence.IclMask is { } icl && InputNames.IsRead(module, "icl_mask"))
        {
            tensors.Add(SavedTensor.Of("input.icl_mask", icl));
        }

        var options = new JsonObject { ["memory_index"] = memorySlot * _configuration.Auxiliary.HiddenSize };
        return new SavedCase(module, _configuration, options, tensors);
    }

    /// <summary>Puts a result into the tokens' signal.</summary>
    private static Func<HiddenStates, HiddenStates> Token(Matrix<double> signal) =>
        states => states with { Tokens = states.Tokens.With(0, new Tracked(signal)) };

    /// <summary>Puts a layer into the prefixes; of the biases only prefix 0's, as the others go stale (V6).</summary>
    private Func<HiddenStates, HiddenStates> Layer(LinearParameters layer) => states =>
    {
        var (stacked, last) = (PrefixStack.Stack(_configuration, layer), _configuration.RowsPerPrefix);
        var bias = (states.Prefixes[last]?.Value ?? Matrix<double>.Build.Dense(_configuration.PrefixCount, layer.Bias.Count)).Clone();
        bias.SetRow(0, layer.Bias);
        return states with { Prefixes = stacked.With(last, new Tracked(bias)) };
    };
}
