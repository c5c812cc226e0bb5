using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines;

/// <summary>Runs one module on a case's hidden states.</summary>
internal static class ModuleCase
{
    private delegate HiddenStates Run(HiddenStates states, int sequence, Arithmetic arithmetic);

    /// <summary>Runs the construction; tensors by the file's names.</summary>
    public static IReadOnlyDictionary<string, ComputedTensor> Construct(LoadedCase loaded, Arithmetic arithmetic)
    {
        var inputs = loaded.Inputs;
        var (run, weights) = Module(loaded.Case, loaded.Configuration, inputs);
        HiddenStates[] outputs = [.. Enumerable.Range(0, inputs.SequenceCount).Select(i => run(inputs.States(i), i, arithmetic))];
        var computed = new Dictionary<string, ComputedTensor>
        {
            ["expected.hidden_states"] = new ComputedTensor(
                Tensor.Stack([.. outputs.Select(output => output.ToMatrix())]),
                Tensor.Stack([.. outputs.Select(output => output.ToErrorMatrix())])),
        };
        foreach (var tensor in weights)
        {
            computed[$"constructed.{tensor.Name}"] = new ComputedTensor(tensor.Materialise(), Bound: null)
            {
                Unread = tensor.IsRead ? null : "the position expansion that follows is zero on every head",
            };
        }

        return computed;
    }

    /// <summary>
    /// The slots of all prefixes, and of all tokens, that the module writes over without reading them: other numbers there leave every bit of the
    /// output as it was.
    /// </summary>
    public static IEnumerable<UnreadSlot> Unread(LoadedCase loaded)
    {
        var (configuration, inputs) = (loaded.Configuration, loaded.Inputs);
        var (run, _) = Module(loaded.Case, configuration, inputs);
        for (var sequence = 0; sequence < inputs.SequenceCount; sequence++)
        {
            var states = inputs.States(sequence).ToMatrix();
            var output = Output(states);
            foreach (var slot in UnreadSlot.All(configuration, sequence, states.RowCount))
            {
                if (Output(slot.Altered(states)).Equals(output))
                {
                    yield return slot;
                }
            }

            Matrix<double> Output(Matrix<double> from) => run(HiddenStates.From(configuration, from), sequence, Arithmetic.Plain).ToMatrix();
        }
    }

    private static (Run Run, IEnumerable<WeightTensor> Weights) Module(
        FixtureCase fixtureCase, TintConfiguration configuration, ModuleInputs inputs)
    {
        int Memory(int slots, int reserved = 1) => MemorySlots.FromCoordinate(
            configuration,
            fixtureCase.Options.MemoryIndex ?? throw new RuleViolationException("a module case needs option memory_index", "none", "export it"),
            slots,
            reserved);
        switch (fixtureCase.Module)
        {
            case "LinearForward":
                var linearForward = new LinearForward(configuration, Memory(1));
                return ((states, _, arithmetic) => linearForward.Run(states, arithmetic), linearForward.Tensors());
            case "LinearBackward":
                var linearBackward = new LinearBackward(configuration, Memory(1, 2), fixtureCase.Options.RetainOutputGradient ?? false);
                return ((states, _, arithmetic) => linearBackward.Run(states, arithmetic), linearBackward.Tensors());
            case "LinearDescent":
                var linearDescent = new LinearDescent(
                    configuration, Memory(1, 2), new DescentOptions { BiasOnly = fixtureCase.Options.BiasOnly ?? false });
                return (Masked(linearDescent.Run, inputs), linearDescent.Tensors());
            case "LinearDescentBackward":
                var options = new DescentOptions { BiasOnly = fixtureCase.Options.BiasOnly ?? false };
                return (Masked(new LinearDescentBackward(configuration, Memory(1, 2), options).Run, inputs), []);
            case "LayerNormForward":
                var normForward = new LayerNormForward(configuration, Memory(2));
                return ((states, _, arithmetic) => normForward.Run(states, arithmetic), normForward.Tensors());
            case "LayerNormBackward":
                var normBackward = new LayerNormBackward(configuration, Memory(2, 2));
                return ((states, _, arithmetic) => normBackward.Run(states, arithmetic), normBackward.Tensors());
            case "LayerNormDescent":
                var normDescent = new LayerNormDescent(configuration, Memory(2, 2));
                return (Masked(normDescent.Run, inputs), normDescent.Tensors());
            case "LayerNormDescentBackward":
                return (Masked(new LayerNormDescentBackward(configuration, Memory(2, 2)).Run, inputs), []);
            case "AttentionForward":
                var attentionForward = new AttentionForward(configuration, Memory(3));
                return ((states, sequence, arithmetic) => attentionForward.Run(
                    states, inputs.KeyPrefixes(sequence), inputs.ValuePrefixes(sequence), inputs.IclMask(sequence), arithmetic),
                    attentionForward.Tensors());
            case "AttentionBackward":
                var attentionBackward = new AttentionBackward(configuration, Memory(3));
                return (Masked(attentionBackward.Run, inputs), attentionBackward.Tensors());
            case "AttentionDescent":
                return (Masked(new AttentionDescent(configuration, Memory(3)).Run, inputs), []);
            case "AttentionBackwardDescent":
                return (Masked(new AttentionBackwardDescent(configuration, Memory(3)).Run, inputs), []);
            case "ActivationForward":
                var activationForward = new ActivationForward(configuration, Memory(1));
                return ((states, _, arithmetic) => activationForward.Run(states, arithmetic), activationForward.Tensors());
            case "ActivationBackward":
                var activationBackward = new ActivationBackward(configuration, Memory(1));
                return ((states, _, arithmetic) => activationBackward.Run(states, arithmetic), activationBackward.Tensors());
            default:
                throw new RuleViolationException("the module must be known", fixtureCase.Module, $"use one of {string.Join(", ", FixtureModules.All)}");
        }
    }

    private static Run Masked(Func<HiddenStates, IReadOnlyList<double>, Arithmetic, HiddenStates> run, ModuleInputs inputs) =>
        (states, sequence, arithmetic) => run(states, inputs.TrainMask(sequence), arithmetic);

    private static Run Masked(
        Func<HiddenStates, IReadOnlyList<double>, Matrix<double>?, Arithmetic, HiddenStates> run, ModuleInputs inputs) =>
        (states, sequence, arithmetic) => run(states, inputs.TrainMask(sequence), inputs.IclMask(sequence), arithmetic);
}
