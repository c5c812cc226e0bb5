using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using MathNet.Numerics.Providers.FourierTransform;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// Gives Math.NET <see cref="SimdLinearAlgebraProvider"/> when this library is first used, where nobody has chosen a provider: Math.NET's own managed
/// one is several times slower, and would be used without a word.
/// </summary>
/// <remarks>
/// A choice that is left alone: any provider other than Math.NET's managed one; the managed one after <c>Control.UseManaged()</c>, which tells itself apart
/// from Math.NET's default in that it sets the Fourier provider too; and what the environment variable <c>MathNetNumericsLAProvider</c> names. What that
/// names and Math.NET does not find would throw out of the first sum of two matrices (Math.NET 5.0); here it counts as no choice. What is chosen later
/// replaces this.
/// </remarks>
internal static class ProviderAtStart
{
    /// <summary>The variable in which Math.NET looks for the name of a provider.</summary>
    public const string Variable = "MathNetNumericsLAProvider";

    private const string Managed = "managed";

    [ModuleInitializer]
    [SuppressMessage(
        "Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "Every static entry point computes with the provider.")]
    internal static void Choose()
    {
        if (!IsChosen(Current(), FourierProvider() is not null, Environment.GetEnvironmentVariable(Variable), MathNetFinds))
        {
            LinearAlgebraControl.Provider = new SimdLinearAlgebraProvider();
        }
    }

    /// <summary>Whether somebody has chosen the provider that Math.NET has now.</summary>
    /// <param name="current">That provider; null where it has none yet.</param>
    /// <param name="hasFourier">Whether it has a Fourier provider.</param>
    /// <param name="named">What the environment names.</param>
    /// <param name="finds">Whether Math.NET finds that.</param>
    internal static bool IsChosen(ILinearAlgebraProvider? current, bool hasFourier, string? named, Func<bool> finds)
    {
        if (current is not null and not ManagedLinearAlgebraProvider)
        {
            return true;
        }

        return string.Equals(named, Managed, StringComparison.OrdinalIgnoreCase)
            || (current is null ? !string.IsNullOrEmpty(named) && finds() : hasFourier);
    }

    /// <summary>Lets Math.NET look for the provider that the environment names.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever keeps Math.NET from its provider, there is another.")]
    private static bool MathNetFinds()
    {
        try
        {
            return LinearAlgebraControl.Provider is not ManagedLinearAlgebraProvider;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>The provider that Math.NET has, without making it look for one as the property does.</summary>
    private static ILinearAlgebraProvider? Current() => Field(typeof(LinearAlgebraControl), "_linearAlgebraProvider") as ILinearAlgebraProvider;

    private static object? FourierProvider() => Field(typeof(FourierTransformControl), "_fourierTransformProvider");

    private static object? Field(Type type, string name) => type.GetField(name, BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null);
}
