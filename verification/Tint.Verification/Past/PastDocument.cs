using System.Text.Json;
using System.Text.Json.Serialization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Verification.Past;

/// <summary>The JSON that <c>tint past --json</c> writes: earlier constructions and TinT's modules on one regression, and their sizes by dimension.</summary>
internal sealed record PastDocument
{
    private const int MostSteps = 100;
    private const int MlpScale = 10_000;

    /// <summary>d of the task.</summary>
    public required int Dimension { get; init; }

    /// <summary>n of the task.</summary>
    public required int Examples { get; init; }

    /// <summary>The steps that were taken.</summary>
    public required int Steps { get; init; }

    /// <summary>The seed that it was drawn from.</summary>
    public required int Seed { get; init; }

    /// <summary>Each construction's result beside plain gradient descent's.</summary>
    public required IReadOnlyList<PastCheck> Checks { get; init; }

    /// <summary>The sizes.</summary>
    public required IReadOnlyList<PastRow> Sizes { get; init; }

    /// <summary>The weights of the past constructions, layer by layer; null where nobody asked for them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PastWeights>? Weights { get; init; }

    /// <summary>The dimensions of the table.</summary>
    public static IReadOnlyList<int> Dimensions { get; } = [4, 8, 16, 32, 64];

    /// <summary>Runs every construction on a drawn task, and counts it at every dimension.</summary>
    /// <exception cref="RuleViolationException">d, n or the number of steps is too small.</exception>
    public static PastDocument Of(int dimension, int examples, int steps, int seed, bool weights = false)
    {
        Require.AtLeast(steps, 1, "the number of steps");
        if (steps > MostSteps)
        {
            throw new RuleViolationException(
                $"the number of steps must be at most {MostSteps}, for every layer to be written out", FormattableString.Invariant($"{steps}"), $"use {MostSteps} or less");
        }

        var task = RegressionTask.Draw(dimension, examples, seed);
        return new()
        {
            Dimension = dimension,
            Examples = examples,
            Steps = steps,
            Seed = seed,
            Weights = weights ? [.. Past(task, steps).SelectMany(PastWeights.Of)] : null,
            Checks = [.. Linear(task, steps), .. Mlp(task, seed)],
            Sizes = [.. Dimensions.Select(d => RegressionTask.Draw(d, examples, seed)).SelectMany(Rows)],
        };
    }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, PastJson.Default.PastDocument);

    private static PastConstruction[] Past(RegressionTask task, int steps) => [new OswaldConstruction(task, steps), new AkyurekConstruction(task), new GiannouConstruction(task, steps)];

    private static IEnumerable<PastCheck> Linear(RegressionTask task, int steps)
    {
        foreach (var construction in Past(task, steps))
        {
            yield return Predicted(construction.Name, construction.Expected, construction.Run);
        }

        var tint = new TintRegression(task, steps);
        yield return Predicted("TinT's modules, linear", tint.Expected, tint.Run);
    }

    /// <summary>Two computations of one formula in float64 are apart by what rounding follows for both.</summary>
    private static PastCheck Predicted(string name, double expected, Func<Arithmetic, Tracked> run)
    {
        var rounding = new MeanSquareRounding(2 * RoundingModel.DoubleRoundoff);
        var got = run(Arithmetic.Tracking(rounding));
        return new()
        {
            Construction = name,
            Compares = "prediction at the query",
            Expected = expected,
            Got = got.Value[0, 0],
            Error = Math.Abs(got.Value[0, 0] - expected),
            Bound = got.Error is null ? 0 : rounding.Bound(got.Error)[0, 0],
        };
    }

    private static IEnumerable<PastCheck> Mlp(RegressionTask task, int seed)
    {
        var (inner, outer) = InitialMlp(task, seed);
        var plain = PlainDescent.Mlp(task, ActivationKind.GeluNew, inner, outer);
        var rounding = new MeanSquareRounding(2 * RoundingModel.DoubleRoundoff);
        var (moved, errors, outerLayer, outerErrors, certificate) = new TintMlp(task, inner, outer, MlpScale).Run(Arithmetic.Tracking(rounding));
        yield return new()
        {
            Construction = "TinT's modules, MLP",
            Compares = "norm of the inner weights' change",
            Expected = (plain.Inner - inner).FrobeniusNorm(),
            Got = (moved.Weight - inner).FrobeniusNorm(),
            Error = (moved.Weight - plain.Inner).FrobeniusNorm(),
            Bound = certificate + rounding.Bound(errors.Weight).FrobeniusNorm(),
        };
        var turned = outerLayer.Weight.Row(0);
        yield return new()
        {
            Construction = "TinT's modules, MLP",
            Compares = "norm of the outer weights' change",
            Expected = (plain.Outer - outer).L2Norm(),
            Got = (turned - outer).L2Norm(),
            Error = (turned - plain.Outer).L2Norm(),
            Bound = rounding.Bound(outerErrors.Weight).Row(0).L2Norm(),
        };
    }

    private static (Matrix<double> Inner, Vector<double> Outer) InitialMlp(RegressionTask task, int seed)
    {
        var numbers = new Random(seed + 1);
        double Normal() => MathNet.Numerics.Distributions.Normal.Sample(numbers, 0, 1 / Math.Sqrt(task.Dimension));
        return (Matrix<double>.Build.Dense(task.Dimension, task.Dimension, (_, _) => Normal()), Vector<double>.Build.Dense(task.Dimension, _ => Normal()));
    }

    private static IEnumerable<PastRow> Rows(RegressionTask task)
    {
        yield return Row(new OswaldConstruction(task, 1), task, ofStep: 1, examples: task.Examples, shares: false);
        yield return Row(new AkyurekConstruction(task), task, ofStep: 6, examples: 1, shares: false);
        yield return Row(new GiannouConstruction(task, 1), task, ofStep: 5, examples: 1, shares: true);
        var (tint, (inner, outer)) = (new TintRegression(task, 1), InitialMlp(task, 0));
        yield return Row("TinT's modules, linear", tint.Configuration, task, layers: 2, tint.Parameters);
        var mlp = new TintMlp(task, inner, outer);
        yield return Row("TinT's modules, MLP", mlp.Configuration, task, layers: 7, mlp.Parameters);
    }

    private static PastRow Row(PastConstruction construction, RegressionTask task, int ofStep, int examples, bool shares) => new()
    {
        Construction = construction.Name,
        Dimension = task.Dimension,
        Examples = task.Examples,
        Width = construction.Width,
        Heads = construction.Heads,
        Positions = construction.Positions,
        LayersOfStep = construction.LayersOfStep,
        ParametersOfStep = 4L * construction.Width * construction.Width * ofStep,
        ExamplesOfStep = examples,
        SharesWeights = shares,
    };

    private static PastRow Row(string name, TintConfiguration configuration, RegressionTask task, int layers, long parameters) => new()
    {
        Construction = name,
        Dimension = task.Dimension,
        Examples = task.Examples,
        Width = configuration.HiddenSize,
        Heads = configuration.HiddenSize / configuration.PrefixCount,
        Positions = configuration.PrefixCount + task.Examples + 1,
        LayersOfStep = layers,
        ParametersOfStep = parameters,
        ExamplesOfStep = task.Examples,
        SharesWeights = true,
    };
}
