using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>Checks the shapes of parameters, and that their numbers are finite.</summary>
internal static class ParameterCheck
{
    /// <summary>A matrix [rows × columns].</summary>
    public static void Matrix(Matrix<double> matrix, int rows, int columns, string name)
    {
        Require.Shape(matrix, rows, columns, name);
        Require.Finite(matrix, name);
    }

    /// <summary>A layer of weight [rows × columns].</summary>
    public static void Linear(LinearParameters parameters, int rows, int columns, string name)
    {
        Matrix(parameters.Weight, rows, columns, $"{name} weight");
        Vector(parameters.Bias, rows, $"{name} bias");
    }

    /// <summary>The parameters of a leaf.</summary>
    public static void Group(ParameterGroup group, ParameterLeaf leaf, string name)
    {
        switch (leaf, group)
        {
            case (Linear linear, LinearParameters parameters):
                Linear(parameters, linear.Outputs, linear.Inputs, name);
                break;
            case (Norm norm, LayerNormParameters parameters):
                Norm(parameters, norm.Width, name);
                break;
            case (RmsNorm norm, LayerNormParameters parameters):
                Norm(parameters, norm.Width, name);
                break;
            default:
                throw group.Unfit(leaf);
        }
    }

    /// <summary>A normalisation of a width.</summary>
    public static void Norm(LayerNormParameters parameters, int width, string name)
    {
        Vector(parameters.Weight, width, $"{name} weight");
        Vector(parameters.Bias, width, $"{name} bias");
        if (parameters.Dense is { } dense)
        {
            Matrix(dense, width, width, $"{name} dense weight");
        }
    }

    private static void Vector(Vector<double> vector, int length, string name)
    {
        Require.Length(vector, length, name);
        Require.Finite(vector, name);
    }
}
