using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Stacking;
using Tint.Verification.Engines;
using Tint.Verification.Simulating;

namespace Tint.Properties.FixtureCases;

/// <summary>One sequence of a module case, computed by an implementation's function and written over the construction's hidden states.</summary>
internal sealed class ModuleAnswer
{
    private const string HiddenStates = "expected.hidden_states";

    private readonly ITint _tint;
    private readonly ModuleView _view;
    private readonly Matrix<double> _output;

    private ModuleAnswer(ITint tint, ModuleView view, Matrix<double> output) => (_tint, _view, _output) = (tint, view, output);

    private int Prefixes => _view.Configuration.PrefixCount;

    /// <summary>The case's hidden states; nothing where no function of the interface computes the case.</summary>
    public static IReadOnlyDictionary<string, ComputedTensor> Of(ITint tint, LoadedCase loaded, IReadOnlyDictionary<string, ComputedTensor> correct)
    {
        var answers = new Dictionary<string, ComputedTensor>();
        if (loaded.Case.Options.RetainOutputGradient == true || loaded.Case.Options.BiasOnly == true)
        {
            return answers;
        }

        var states = correct[HiddenStates];
        answers[HiddenStates] = states with
        {
            Value = Tensor.Stack([.. loaded.Views.Select((view, sequence) =>
            {
                var answer = new ModuleAnswer(tint, view, states.Value.Slice(sequence).ToMatrix());
                answer.Run(loaded.Case.Module);
                return answer._output;
            })]),
        };
        return answers;
    }

    private void Run(string module)
    {
        var (view, c) = (_view, _view.Configuration);
        switch (module)
        {
            case "LinearForward":
                var linear = _tint.LinearForward(c, view.Linear, view.Signal);
                PutTokens(linear.Output, linear.Memory);
                break;
            case "LinearBackward":
                PutTokens(_tint.LinearBackward(c, view.Linear, view.Signal));
                break;
            case "LinearDescent":
                PutPrefixes(_tint.LinearDescent(c, view.Linear, view.Signal, view.Memory(0), view.TrainMask));
                break;
            case "LinearDescentBackward":
                PutPrefixes(_tint.LinearDescent(c, view.Linear, view.Signal, view.Memory(0), view.TrainMask));
                PutTokens(_tint.LinearBackward(c, view.Linear, view.Signal));
                break;
            case "LayerNormForward":
                var norm = _tint.LayerNormForward(c, view.Norm, view.Signal);
                PutTokens(norm.Output, norm.Memory.Normalized, norm.Memory.Input);
                break;
            case "LayerNormBackward":
                PutTokens(_tint.LayerNormBackward(c, view.Norm, view.Signal, view.NormMemory));
                break;
            case "LayerNormDescent":
                PutPrefixes(_tint.LayerNormDescent(c, view.Norm, view.Signal, view.NormMemory, view.TrainMask));
                break;
            case "LayerNormDescentBackward":
                PutPrefixes(_tint.LayerNormDescent(c, view.Norm, view.Signal, view.NormMemory, view.TrainMask));
                PutTokens(_tint.LayerNormBackward(c, view.Norm, view.Signal, view.NormMemory));
                break;
            case "AttentionForward":
                var attention = _tint.AttentionForward(c, view.Linear, view.KeyLayer, view.ValueLayer, view.Signal, view.IclMask);
                PutTokens(attention.Output, attention.Memory.Query, attention.Memory.Key, attention.Memory.Input);
                break;
            case "AttentionBackward":
                PutTokens(_tint.AttentionBackward(c, view.Signal, view.AttentionMemory, view.TrainMask, view.IclMask));
                break;
            case "AttentionDescent":
                PutPrefixes(_tint.LinearDescent(c, view.Linear, view.Signal, view.Memory(2), view.TrainMask));
                break;
            case "AttentionBackwardDescent":
                var step = _tint.AttentionBackwardDescent(c, view.Linear, view.Signal, view.AttentionMemory, view.TrainMask, view.IclMask);
                PutPrefixes(step.Updated);
                PutTokens(step.InputGradient);
                break;
            case "ActivationForward":
                var activation = _tint.ActivationForward(c, view.Signal);
                PutTokens(activation.Output, activation.Memory);
                break;
            case "ActivationBackward":
                PutTokens(_tint.ActivationBackward(c, view.Signal, view.Memory(0)));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(module), module, "no function of the interface computes it");
        }
    }

    private void PutTokens(Matrix<double> signal, params Matrix<double>[] memory)
    {
        _output.SetSubMatrix(Prefixes, 0, signal);
        for (var slot = 0; slot < memory.Length; slot++)
        {
            _output.SetSubMatrix(Prefixes, _view.MemoryColumn + (slot * _view.Width), memory[slot]);
        }
    }

    private void PutPrefixes(LinearParameters updated) => PrefixRows.Put(_output, _view.Configuration, PrefixStack.Stack(_view.Configuration, updated));

    private void PutPrefixes(LayerNormParameters updated) => PrefixRows.Put(_output, _view.Configuration, PrefixStack.Stack(_view.Configuration, updated));
}
