using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>A loss and its gradient where the model ends.</summary>
/// <param name="Loss">The loss, summed over the trained targets.</param>
/// <param name="OutputGradient">g = ∂y, the gradient at the final norm's output, [T × D_aux]; the last row is zero.</param>
/// <param name="HeadGradient">The gradient with respect to E as output head, [V × D_aux], without the lookup's part.</param>
public sealed record ExactLossGradient(double Loss, Matrix<double> OutputGradient, Matrix<double> HeadGradient);
