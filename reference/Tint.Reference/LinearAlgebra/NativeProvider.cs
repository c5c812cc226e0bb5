using System.Reflection;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Tint.Reference.LinearAlgebra;

/// <summary>One of Math.NET's native providers, which Math.NET finds at run time if the program ships its package.</summary>
/// <param name="Choice">Which one.</param>
/// <param name="Package">The package with the managed part, also its assembly's name.</param>
/// <param name="Needs">What the package needs beside itself.</param>
/// <param name="Register">Registers it with Math.NET or throws.</param>
internal sealed record NativeProvider(ProviderChoice Choice, string Package, string Needs, Action Register)
{
    /// <summary>All of them, in the order in which <see cref="ProviderChoice.Auto"/> tries them.</summary>
    public static IReadOnlyList<NativeProvider> All { get; } =
    [
        new(
            ProviderChoice.Cuda,
            "MathNet.Numerics.Providers.CUDA",
            "the native library of MathNet.Numerics.CUDA, the CUDA runtime and an NVIDIA GPU",
            LinearAlgebraControl.UseNativeCUDA),
        new(ProviderChoice.Mkl, "MathNet.Numerics.Providers.MKL", "the native library of MathNet.Numerics.MKL", LinearAlgebraControl.UseNativeMKL),
        new(
            ProviderChoice.OpenBlas,
            "MathNet.Numerics.Providers.OpenBLAS",
            "the native library of MathNet.Numerics.OpenBLAS",
            LinearAlgebraControl.UseNativeOpenBLAS),
    ];

    /// <summary>Registers the provider: the one offered if it can run, else Math.NET's own.</summary>
    /// <param name="offered">Creates the provider that another library offers; null if none does.</param>
    /// <exception cref="RuleViolationException">None can run, with what each misses; the provider before it stays in use.</exception>
    public void Use(Func<ILinearAlgebraProvider>? offered)
    {
        if (offered is null)
        {
            UseMathNet();
            return;
        }

        try
        {
            LinearAlgebraControl.Provider = offered();
        }
        catch (RuleViolationException own)
        {
            try
            {
                UseMathNet();
            }
            catch (RuleViolationException theirs)
            {
                throw new RuleViolationException(own.Rule, $"{own.Found} (and for Math.NET's own: {theirs.Rule}; got {theirs.Found})", own.Remedy);
            }
        }
    }

    private void UseMathNet()
    {
        var name = Choice.ToString().ToLowerInvariant();
        try
        {
            Assembly.Load(Package);
        }
        catch (FileNotFoundException)
        {
            throw Missing($"the provider {name} needs the package {Package}", "a program without it");
        }

        try
        {
            Register();
        }
        catch (Exception exception)
        {
            throw Missing($"the provider {name} needs {Needs}", exception.Message.ReplaceLineEndings(" "));
        }
    }

    private static RuleViolationException Missing(string rule, string found) =>
        new(rule, found, "install it, or use simd, which needs nothing, or auto, which takes what is there");
}
