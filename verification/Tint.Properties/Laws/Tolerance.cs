using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Properties.Laws;

/// <summary>
/// The one place where laws get room for rounding. Nothing here is a number that was tried out: the literal construction follows, operation by
/// operation, what rounding can do to it, and a law's bound is the sum of that over the computations that it compares.
/// </summary>
/// <remarks>
/// A bound for unit roundoff u₁ + u₂ covers the difference of two computations with roundoffs u₁ and u₂, so that of two float64 programs has 2u.
/// Modules get the bound that always holds. In whole models hundreds of modules follow each other, and it would grow far beyond any error;
/// they get the mean-square bound, which allows eight standard deviations.
/// </remarks>
internal static class Tolerance
{
    /// <summary>2u: both sides of a comparison round.</summary>
    public const double Unit = 2 * RoundingModel.DoubleRoundoff;

    /// <summary>The rounding of modules.</summary>
    public static RoundingModel Module { get; } = new WorstCaseRounding(Unit);

    /// <summary>The rounding of whole models.</summary>
    public static RoundingModel Model { get; } = new MeanSquareRounding(Unit);

    /// <summary>The arithmetic of modules.</summary>
    public static Arithmetic ModuleArithmetic { get; } = Arithmetic.Tracking(Module);

    /// <summary>The arithmetic of whole models.</summary>
    public static Arithmetic ModelArithmetic { get; } = Arithmetic.Tracking(Model);

    /// <summary>γ_k = k·2u/(1 − k·2u), the relative error of k roundings on both sides.</summary>
    public static double Gamma(double count) => Module.Accumulated(count);
}
