using Tint.Fixtures;

namespace Tint.Verification.Judging;

/// <summary>
/// The relative error, max |expected − got| / max |expected| of a tensor, that no float64 case may exceed however generous the engine's own
/// bound is. It guards the bounds: one derived too loosely cannot hide an error.
/// </summary>
/// <remarks>
/// An acceptance level, not a derivation; the engine derives its bound. Where the level comes from: a double carries u = 1.1e-16, a module
/// sums some 1e2 products, and a backward module multiplies the difference of two close numbers by N = 1e3, hence about 1e2 · 1e3 · u = 1e-11
/// and one decade of room. A whole model chains tens of modules, and N = 1e5 multiplies the same difference by 1e2 more: one decade above.
/// In float32 the same count leaves two digits at N = 1e3, where a ceiling would say little: the derived bound stands alone.
/// </remarks>
public static class ErrorCeiling
{
    private const string Float64 = "float64";

    /// <summary>The ceiling of a single module.</summary>
    public const double Module = 1e-10;

    /// <summary>The ceiling of a whole model, and of every case whose finite differences are taken at <see cref="SmallStepScale"/> or more.</summary>
    public const double WholeModel = 1e-9;

    /// <summary>The ceiling of what autograd says about the auxiliary model: no difference is multiplied by N there.</summary>
    public const double Truth = 1e-10;

    /// <summary>The finite-difference scale N from which on <see cref="WholeModel"/> applies to modules too.</summary>
    public const double SmallStepScale = 1e5;

    /// <summary>The ceiling of a case's tensor, or null where the derived bound stands alone.</summary>
    public static double? Of(FixtureCase fixtureCase, string tensor)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        return fixtureCase.DataType != Float64 ? null
            : CaseTensors.IsTrue(tensor) ? Truth
            : fixtureCase.Module == FixtureModules.WholeModel || fixtureCase.Config.FiniteDifferenceScale >= SmallStepScale ? WholeModel
            : Module;
    }
}
