using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Families;

/// <summary>A value of a forward pass, and how its gradient goes back to what it was computed from.</summary>
/// <param name="Value">The value, [T × width].</param>
/// <param name="Pullback">From the gradient at the value to the gradient at its input; gradients of parameters are added up on the way.</param>
internal readonly record struct Differentiable(Matrix<double> Value, Func<Matrix<double>, Matrix<double>> Pullback);
