using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Families;

/// <summary>A forward pass of an exact model, and the backward pass behind it.</summary>
public sealed class ExactPass
{
    private readonly Func<Matrix<double>, ParameterSet> _backward;

    internal ExactPass(Matrix<double> logits, Func<Matrix<double>, ParameterSet> backward)
    {
        Logits = logits;
        _backward = backward;
    }

    /// <summary>The logits, [T × V].</summary>
    public Matrix<double> Logits { get; }

    /// <summary>The gradient of every parameter, given that of the logits, [T × V]. May be called once.</summary>
    public ParameterSet Backward(Matrix<double> logitsGradient) => _backward(logitsGradient);
}
