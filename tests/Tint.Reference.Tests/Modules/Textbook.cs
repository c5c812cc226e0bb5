using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules;

/// <summary>
/// States for modules whose gates are exact, as the auxiliary model sees them: a layer in the prefixes, signal and memory in the tokens; and
/// comparisons of what a module leaves there with textbook formulas.
/// </summary>
internal sealed class Textbook
{
    private readonly ShapeCase _shape;

    public Textbook(ShapeCase shape)
    {
        _shape = shape with
        {
            Configuration = shape.Configuration with { Departures = Departures.Published with { GateLeak = false }, GateScale = 1 },
        };
        var states = shape.States();
        var width = Configuration.Auxiliary.HiddenSize;
        States = states;
        (Weight, Bias) = PrefixStack.Unstack(Configuration, states.Prefixes);
        Signal = states.Tokens[0]?.Value ?? Matrix<double>.Build.Dense(shape.TokenCount, width);
    }

    public TintConfiguration Configuration => _shape.Configuration;

    public HiddenStates States { get; }

    /// <summary>W, the layer in the prefixes.</summary>
    public Matrix<double> Weight { get; }

    /// <summary>b, as prefix 0 holds it.</summary>
    public Vector<double> Bias { get; }

    /// <summary>The tokens' slot 0, [T × D].</summary>
    public Matrix<double> Signal { get; }

    public static RoundingModel Rounding { get; } = new WorstCaseRounding(FloatFormat.Binary64.Apart);

    public static Arithmetic Arithmetic { get; } = Arithmetic.Tracking(Rounding);

    /// <summary>A slot of the tokens.</summary>
    public Matrix<double> Memory(int slot) => Of(States.Tokens[slot]);

    /// <summary>Requires a slot to hold given numbers, within its bound; null stands for zeros.</summary>
    public void Slot(Matrix<double> expected, Tracked? got) => Agreement.Within(
        Rounding, got ?? new Tracked(Matrix<double>.Build.Dense(expected.RowCount, expected.ColumnCount)), Grid.Of(expected));

    /// <summary>Requires slots to be carried on exactly.</summary>
    public void Same(Slots expected, Slots got) => Assert.Equal(expected.ToMatrix(), got.ToMatrix());

    /// <summary>Requires a slot of the tokens to hold exactly these numbers.</summary>
    public static void Exactly(Matrix<double> expected, Tracked? got) =>
        Assert.Equal(expected, got?.Value ?? Matrix<double>.Build.Dense(expected.RowCount, expected.ColumnCount));

    /// <summary>Requires the tokens to be empty but for some slots.</summary>
    public static void Empty(Slots tokens, params int[] filled) => Assert.All(
        Enumerable.Range(0, tokens.Count).Except(filled), slot => Assert.Null(tokens[slot]));

    /// <summary>Σ_t m_t a_t b_tᵀ.</summary>
    public Matrix<double> SumOfOuterProducts(Matrix<double> a, Matrix<double> b)
    {
        var mask = _shape.TrainMask();
        var sum = Matrix<double>.Build.Dense(a.ColumnCount, b.ColumnCount);
        for (var t = 0; t < mask.Count; t++)
        {
            sum += mask[t] * a.Row(t).OuterProduct(b.Row(t));
        }

        return sum;
    }

    public IReadOnlyList<double> TrainMask => _shape.TrainMask();

    private Matrix<double> Of(Tracked? slot) =>
        slot?.Value ?? Matrix<double>.Build.Dense(_shape.TokenCount, Configuration.Auxiliary.HiddenSize);
}
