using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Fixtures;
using Tint.Verification;
using Tint.Verification.Engines;

namespace Tint.Reference.Cuda.Tests;

/// <summary>Cases of the fixtures, computed on a provider, with everything that they are compared with.</summary>
internal static class ShippedCases
{
    /// <summary>Runs some cases and asserts that every bound holds.</summary>
    /// <param name="provider">What products run on.</param>
    /// <param name="patterns">Which cases.</param>
    public static void Pass(ILinearAlgebraProvider provider, params string[] patterns)
    {
        var cases = FixtureManifest.Load(FixtureLocator.FindShipped()).Cases;
        var before = LinearAlgebraControl.Provider;
        try
        {
            LinearAlgebraControl.Provider = provider;
            foreach (var pattern in patterns)
            {
                var run = Verifier.Run(CaseFilter.Select(cases, pattern), ReferenceEngines.All, compare: true);
                Assert.Equal((run.Reports.Count, 0), (run.Passed, run.Failed));
            }
        }
        finally
        {
            LinearAlgebraControl.Provider = before;
        }
    }
}
