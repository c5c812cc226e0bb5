using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Verification.Simulating;

namespace Tint.Verification.Truth;

/// <summary>One sequence of a module case with what a certificate needs: the simulated parts, and what rounding may have done to each.</summary>
/// <param name="view">The sequence.</param>
/// <param name="sequence">Its place in the case.</param>
/// <param name="regions">The simulated parts of all sequences.</param>
/// <param name="rounding">For every part and sequence, what rounding may have done.</param>
internal sealed class TruthInputs(
    ModuleView view, int sequence, IReadOnlyList<SimulatedRegion> regions, IReadOnlyList<IReadOnlyList<Matrix<double>>> rounding)
{
    private readonly Dictionary<string, (Matrix<double> Values, Matrix<double> Rounding)> _parts =
        regions.Zip(rounding).ToDictionary(pair => pair.First.Name, pair => (pair.First.Values[sequence], pair.Second[sequence]));

    public ModuleView View { get; } = view;

    public GateLeak Leak { get; } = new(view.Configuration.EffectiveGateScale);

    /// <summary>Compares a part with the truth, row by row.</summary>
    /// <param name="part">The simulated part.</param>
    /// <param name="quantity">What the report calls it.</param>
    /// <param name="covers">What the certificate covers.</param>
    /// <param name="truth">The true values.</param>
    /// <param name="certificate">Bounds on the rows, [rows].</param>
    /// <param name="moreRounding">Entrywise rounding of the true values beyond that of the simulated module's own operations.</param>
    public CertificateCheck Check(
        string part, string quantity, string covers, Matrix<double> truth, Vector<double> certificate, Matrix<double>? moreRounding = null)
    {
        var (values, rounding) = _parts[part];
        return CertificateCheck.OfRows(
            quantity, covers, values, truth, certificate, moreRounding is null ? rounding : rounding + moreRounding);
    }

    /// <summary>Compares a part whose only fault is the gates that it passed: |ρ^k v − v| ≤ kλ|v|.</summary>
    public CertificateCheck Gated(string part, string quantity, Matrix<double> truth, int gates = 1) => Check(
        part, quantity, Covers.GateLeak, truth, RowNorms.Of(truth).Map(size => Leak.Scaling(size, gates)));

    /// <summary>The updated weight and bias of a descent, as prefixes hold them, behind one gate.</summary>
    public IEnumerable<CertificateCheck> Updated(Matrix<double> weight, Vector<double> bias)
    {
        foreach (var part in SimulatedModule.Stacked(new(weight, bias), View.Configuration.PrefixCount))
        {
            yield return Gated(part.Name, part.Name, part.Values[0]);
        }
    }
}
