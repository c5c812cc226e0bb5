using System.Diagnostics;
using System.Numerics;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Cuda.Products;

/// <summary>Times products on the device and on the processor.</summary>
internal static class CostMeasurement
{
    /// <summary>Large enough that copies and arithmetic stand out from a call, small enough to take milliseconds.</summary>
    private const int Side = 512;

    private const int SmallSide = 16, Repetitions = 3;

    /// <summary>The costs of products of <typeparamref name="T"/>.</summary>
    /// <exception cref="RuleViolationException">The device fails.</exception>
    public static unsafe ProductCosts Measure<T>(DeviceProducts device, VectorWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var small = Product<T>(SmallSide, constant: false);
        var moved = Product<T>(Side, constant: false);
        var resident = Product<T>(Side, constant: true);
        return ProductCosts.Of(new(
            Side,
            sizeof(T),
            Best(() => device.Run(small)),
            Best(() => device.Run(moved)),
            Best(() => device.Run(resident)),
            Best(() => Products<T>.Run(width, moved))));
    }

    private static ProductArguments<T> Product<T>(int side, bool constant)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] a = new T[side * side], b = new T[side * side];
        Array.Fill(a, T.One);
        Array.Fill(b, T.One);
        if (constant)
        {
            ConstantArrays.Mark(a);
            ConstantArrays.Mark(b);
        }

        return new(a, side, side, b, side, side, new T[side * side]);
    }

    /// <summary>The least time of a few runs, after one that allocates and compiles.</summary>
    private static double Best(Action run)
    {
        run();
        var best = double.PositiveInfinity;
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
