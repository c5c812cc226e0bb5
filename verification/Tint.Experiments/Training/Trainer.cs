using MathNet.Numerics.LinearAlgebra;
using Tint.Experiments.Text;
using Tint.Reference;
using Tint.Reference.Families;

namespace Tint.Experiments.Training;

/// <summary>Trains a model of any family with its exact gradients, the same to the last bit wherever it is interrupted and however many threads there are.</summary>
public sealed class Trainer
{
    private readonly FamilyConfiguration _model;
    private readonly TrainingOptions _options;
    private readonly int[] _tokens;
    private readonly LearningRateSchedule _schedule;

    /// <summary>Prepares training.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="tokens">The text; windows begin anywhere in it.</param>
    /// <exception cref="RuleViolationException">The text is shorter than a window, or an id is not in the vocabulary.</exception>
    public Trainer(FamilyConfiguration model, TrainingOptions options, IReadOnlyList<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tokens);
        (_model, _options, _tokens) = (model, options, [.. tokens]);
        _schedule = new LearningRateSchedule(options.Rate, options.WarmUp, options.Steps);
        if (_tokens.Length < options.Window)
        {
            throw new RuleViolationException(
                "the text must hold a window", $"{_tokens.Length} tokens for --window {options.Window}", "use more text or a shorter window");
        }
    }

    /// <summary>The state before the first step: random parameters, or those of a model that is trained further.</summary>
    public TrainingState Begin(ParameterSet? parameters = null)
    {
        var first = parameters ?? InitialParameters.Of(_model, _options.Seed);
        return new TrainingState(first, Zeros(), Zeros(), []);

        ParameterSet Zeros()
        {
            var zeros = new ParameterSet();
            foreach (var name in first.Names)
            {
                zeros.Set(name, Matrix<double>.Build.Dense(first[name].RowCount, first[name].ColumnCount));
            }

            return zeros;
        }
    }

    /// <summary>One step: the mean gradient over a batch of windows, then Adam.</summary>
    /// <exception cref="RuleViolationException">The loss or its gradient left the finite numbers.</exception>
    /// <exception cref="OperationCanceledException">The step was given up; the state that it began with still stands.</exception>
    public TrainingState Step(TrainingState state, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        var random = new SeededNumbers(_options.Seed, ~state.Step);
        int[] starts = [.. Enumerable.Range(0, _options.Batch).Select(_ => random.Below(_tokens.Length - _options.Window + 1))];
        var parts = new (double Loss, int Count, ParameterSet Gradient)[starts.Length];
        var settings = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = token };
        Parallel.For(0, starts.Length, settings, index =>
        {
            var window = new ArraySegment<int>(_tokens, starts[index], _options.Window);
            var example = NextTokens.Of(_model, window);
            var pass = _model.Exact(state.Parameters, example.Input);
            var (loss, gradient) = ExactLogits.CrossEntropy(pass.Logits, example.Input.Ids, example.Mask);
            parts[index] = (loss, example.Count, pass.Backward(gradient));
        });

        // Added up in the windows' order, so that the bits do not depend on which thread was first.
        var (sum, count, total) = (0.0, 0, new ParameterSet());
        foreach (var (loss, tokens, gradient) in parts)
        {
            (sum, count) = (sum + loss, count + tokens);
            foreach (var name in gradient.Names)
            {
                total.Add(name, gradient[name]);
            }
        }

        var mean = new ParameterSet();
        foreach (var name in total.Names)
        {
            mean.Set(name, total[name] / count);
        }

        return Adam.Update(state, mean, _schedule.At(state.Step), sum / count, _options);
    }

    /// <summary>The mean loss over windows of a text, one behind the other, in nats a token.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="tokens">The text, at least a window long.</param>
    /// <param name="most">At most so many windows.</param>
    public double Loss(ParameterSet parameters, IReadOnlyList<int> tokens, int most)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        int[] text = [.. tokens];
        var (sum, count) = (0.0, 0);
        for (var start = 0; start + _options.Window <= text.Length && start / _options.Window < most; start += _options.Window)
        {
            var example = NextTokens.Of(_model, new ArraySegment<int>(text, start, _options.Window));
            sum += ExactLogits.CrossEntropy(_model.Exact(parameters, example.Input).Logits, example.Input.Ids, example.Mask).Loss;
            count += example.Count;
        }

        return sum / count;
    }
}
