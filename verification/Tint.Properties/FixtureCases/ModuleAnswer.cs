using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;
using Tint.Verification.Engines;

namespace Tint.Properties.FixtureCases;

/// <summary>One sequence of a module case, computed by an implementation's function and written over the construction's hidden states.</summary>
internal sealed class ModuleAnswer
{
    private const string HiddenStates = "expected.hidden_states";

    private readonly ITint _tint;
    private readonly TintConfiguration _configuration;
    private readonly ModuleInputs _inputs;
    private readonly int _sequence;
    private readonly Matrix<double> _input;
    private readonly Matrix<double> _output;
    private readonly int _memory;

    private ModuleAnswer(
        ITint tint, TintConfiguration configuration, FixtureCase fixtureCase, ModuleInputs inputs, int sequence, Matrix<double> output)
    {
        (_tint, _configuration, _inputs, _sequence, _output) = (tint, configuration, inputs, sequence, output);
        _input = inputs.States(sequence).ToMatrix();
        _memory = fixtureCase.Options.MemoryIndex ?? 0;
    }

    private int Width => _configuration.Auxiliary.HiddenSize;

    private int Prefixes => _configuration.PrefixCount;

    private Matrix<double> Signal => Token(0);

    private IReadOnlyList<double> Mask => _inputs.TrainMask(_sequence);

    private LinearParameters Linear => PrefixStack.Unstack(_configuration, _inputs.States(_sequence).Prefixes);

    private LayerNormParameters Norm => PrefixStack.UnstackNorm(_configuration, _inputs.States(_sequence).Prefixes);

    private LayerNormMemory NormMemory => new(Memory(0), Memory(1));

    private AttentionMemory AttentionMemory => new(Memory(0), Memory(1), Memory(2));

    /// <summary>The case's hidden states; nothing where no function of the interface computes the case.</summary>
    public static IReadOnlyDictionary<string, ComputedTensor> Of(
        ITint tint,
        TintConfiguration configuration,
        FixtureCase fixtureCase,
        FixtureTensors tensors,
        IReadOnlyDictionary<string, ComputedTensor> correct)
    {
        var answers = new Dictionary<string, ComputedTensor>();
        if (fixtureCase.Options.RetainOutputGradient == true || fixtureCase.Options.BiasOnly == true)
        {
            return answers;
        }

        var inputs = new ModuleInputs(fixtureCase, configuration, tensors);
        var states = correct[HiddenStates];
        answers[HiddenStates] = states with
        {
            Value = Tensor.Stack([.. Enumerable.Range(0, inputs.SequenceCount).Select(sequence =>
            {
                var answer = new ModuleAnswer(tint, configuration, fixtureCase, inputs, sequence, states.Value.Slice(sequence).ToMatrix());
                answer.Run(fixtureCase.Module);
                return answer._output;
            })]),
        };
        return answers;
    }

    private void Run(string module)
    {
        switch (module)
        {
            case "LinearForward":
                var linear = _tint.LinearForward(_configuration, Linear, Signal);
                PutTokens(linear.Output, linear.Memory);
                break;
            case "LinearBackward":
                PutTokens(_tint.LinearBackward(_configuration, Linear, Signal));
                break;
            case "LinearDescent":
                PutPrefixes(_tint.LinearDescent(_configuration, Linear, Signal, Memory(0), Mask));
                break;
            case "LinearDescentBackward":
                PutPrefixes(_tint.LinearDescent(_configuration, Linear, Signal, Memory(0), Mask));
                PutTokens(_tint.LinearBackward(_configuration, Linear, Signal));
                break;
            case "LayerNormForward":
                var norm = _tint.LayerNormForward(_configuration, Norm, Signal);
                PutTokens(norm.Output, norm.Memory.Normalized, norm.Memory.Input);
                break;
            case "LayerNormBackward":
                PutTokens(_tint.LayerNormBackward(_configuration, Norm, Signal, NormMemory));
                break;
            case "LayerNormDescent":
                PutPrefixes(_tint.LayerNormDescent(_configuration, Norm, Signal, NormMemory, Mask));
                break;
            case "LayerNormDescentBackward":
                PutPrefixes(_tint.LayerNormDescent(_configuration, Norm, Signal, NormMemory, Mask));
                PutTokens(_tint.LayerNormBackward(_configuration, Norm, Signal, NormMemory));
                break;
            case "AttentionForward":
                var attention = _tint.AttentionForward(
                    _configuration,
                    Linear,
                    PrefixStack.Unstack(_configuration, _inputs.KeyPrefixes(_sequence)),
                    PrefixStack.Unstack(_configuration, _inputs.ValuePrefixes(_sequence)),
                    Signal,
                    _inputs.IclMask(_sequence));
                PutTokens(attention.Output, attention.Memory.Query, attention.Memory.Key, attention.Memory.Input);
                break;
            case "AttentionBackward":
                PutTokens(_tint.AttentionBackward(_configuration, Signal, AttentionMemory, Mask, _inputs.IclMask(_sequence)));
                break;
            case "AttentionDescent":
                PutPrefixes(_tint.LinearDescent(_configuration, Linear, Signal, Memory(2), Mask));
                break;
            case "AttentionBackwardDescent":
                var step = _tint.AttentionBackwardDescent(
                    _configuration, Linear, Signal, AttentionMemory, Mask, _inputs.IclMask(_sequence));
                PutPrefixes(step.Updated);
                PutTokens(step.InputGradient);
                break;
            case "ActivationForward":
                var activation = _tint.ActivationForward(_configuration, Signal);
                PutTokens(activation.Output, activation.Memory);
                break;
            case "ActivationBackward":
                PutTokens(_tint.ActivationBackward(_configuration, Signal, Memory(0)));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(module), module, "no function of the interface computes it");
        }
    }

    private Matrix<double> Memory(int slot) => Token(_memory + (slot * Width));

    private Matrix<double> Token(int start) => _input.SubMatrix(Prefixes, _input.RowCount - Prefixes, start, Width);

    private void PutTokens(Matrix<double> signal, params Matrix<double>[] memory)
    {
        _output.SetSubMatrix(Prefixes, 0, signal);
        for (var slot = 0; slot < memory.Length; slot++)
        {
            _output.SetSubMatrix(Prefixes, _memory + (slot * Width), memory[slot]);
        }
    }

    private void PutPrefixes(LinearParameters updated) => PrefixRows.Put(_output, _configuration, PrefixStack.Stack(_configuration, updated));

    private void PutPrefixes(LayerNormParameters updated) => PrefixRows.Put(_output, _configuration, PrefixStack.Stack(_configuration, updated));
}
