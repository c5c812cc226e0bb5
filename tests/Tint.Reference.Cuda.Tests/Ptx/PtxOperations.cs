namespace Tint.Reference.Cuda.Tests.Ptx;

/// <summary>What the instructions that ILGPU emits for the loops compute, by PTX's definition of them.</summary>
internal static class PtxOperations
{
    private static readonly Dictionary<string, Func<ulong, ulong, ulong, ulong>> Known = new()
    {
        ["mov.b32"] = (a, _, _) => a,
        ["mov.b64"] = (a, _, _) => a,
        ["mov.f64"] = (a, _, _) => a,
        ["mov.pred"] = (a, _, _) => a,
        ["not.pred"] = (a, _, _) => a ^ 1,
        ["and.pred"] = (a, b, _) => a & b,
        ["add.s32"] = (a, b, _) => Bits(Signed(a) + Signed(b)),
        ["sub.s32"] = (a, b, _) => Bits(Signed(a) - Signed(b)),
        ["mul.lo.s32"] = (a, b, _) => Bits(Signed(a) * Signed(b)),
        ["mad.lo.s32"] = (a, b, c) => Bits((Signed(a) * Signed(b)) + Signed(c)),
        ["div.s32"] = (a, b, _) => Bits(Signed(a) / Signed(b)),
        ["rem.s32"] = (a, b, _) => Bits(Signed(a) % Signed(b)),
        ["min.s32"] = (a, b, _) => Bits(Math.Min(Signed(a), Signed(b))),
        ["shr.s32"] = (a, b, _) => Bits(Signed(a) >> Signed(b)),
        ["shl.b32"] = (a, b, _) => Bits(Signed(a) << Signed(b)),
        ["shl.b64"] = (a, b, _) => a << Signed(b),
        ["add.u64"] = (a, b, _) => a + b,
        ["mul.wide.u32"] = (a, b, _) => (a & uint.MaxValue) * (b & uint.MaxValue),
        ["cvt.s64.s32"] = (a, _, _) => (ulong)(long)Signed(a),
        ["cvt.rn.f64.s32"] = (a, _, _) => Bits((double)Signed(a)),
        ["cvt.rzi.s32.f64"] = (a, _, _) => Bits((int)Number(a)),
        ["add.f64"] = (a, b, _) => Bits(Number(a) + Number(b)),
        ["sub.f64"] = (a, b, _) => Bits(Number(a) - Number(b)),
        ["mul.f64"] = (a, b, _) => Bits(Number(a) * Number(b)),
        [PtxFusion.Sum] = (a, b, c) => Bits(Math.FusedMultiplyAdd(Number(a), Number(b), Number(c))),
        [PtxFusion.Difference] = (a, b, c) => Bits(Math.FusedMultiplyAdd(Number(a), Number(b), -Number(c))),
        [PtxFusion.Remainder] = (a, b, c) => Bits(Math.FusedMultiplyAdd(-Number(a), Number(b), Number(c))),
        ["div.rn.f64"] = (a, b, _) => Bits(Number(a) / Number(b)),
        ["rcp.rn.f64"] = (a, _, _) => Bits(1 / Number(a)),
        ["sqrt.rn.f64"] = (a, _, _) => Bits(Math.Sqrt(Number(a))),
        ["neg.f64"] = (a, _, _) => Bits(-Number(a)),
        ["abs.f64"] = (a, _, _) => Bits(Math.Abs(Number(a))),
        ["max.f64"] = (a, b, _) => Bits(double.MaxNumber(Number(a), Number(b))),
        ["selp.b32"] = (a, b, p) => p != 0 ? a : b,
        ["selp.b64"] = (a, b, p) => p != 0 ? a : b,
        ["setp.eq.s32"] = (a, b, _) => Truth(Signed(a) == Signed(b)),
        ["setp.ne.s32"] = (a, b, _) => Truth(Signed(a) != Signed(b)),
        ["setp.eq.u32"] = (a, b, _) => Truth((uint)a == (uint)b),
        ["setp.ne.u32"] = (a, b, _) => Truth((uint)a != (uint)b),
        ["setp.lt.s32"] = (a, b, _) => Truth(Signed(a) < Signed(b)),
        ["setp.le.s32"] = (a, b, _) => Truth(Signed(a) <= Signed(b)),
        ["setp.gt.s32"] = (a, b, _) => Truth(Signed(a) > Signed(b)),
        ["setp.ge.s32"] = (a, b, _) => Truth(Signed(a) >= Signed(b)),
        ["setp.eq.f64"] = (a, b, _) => Truth(Number(a) == Number(b)),
        ["setp.lt.f64"] = (a, b, _) => Truth(Number(a) < Number(b)),
        ["setp.le.f64"] = (a, b, _) => Truth(Number(a) <= Number(b)),
        ["setp.gt.f64"] = (a, b, _) => Truth(Number(a) > Number(b)),
        ["setp.ge.f64"] = (a, b, _) => Truth(Number(a) >= Number(b)),

        // The comparisons that hold where one side is NaN.
        ["setp.neu.f64"] = (a, b, _) => Truth(!(Number(a) == Number(b))),
        ["setp.leu.f64"] = (a, b, _) => Truth(!(Number(a) > Number(b))),
        ["setp.geu.f64"] = (a, b, _) => Truth(!(Number(a) < Number(b))),
        ["setp.ltu.f64"] = (a, b, _) => Truth(!(Number(a) >= Number(b))),
        ["setp.gtu.f64"] = (a, b, _) => Truth(!(Number(a) <= Number(b))),
    };

    /// <summary>An operation of up to three operands.</summary>
    public static Func<ulong, ulong, ulong, ulong> Of(string name) =>
        Known.GetValueOrDefault(name) ?? throw new NotSupportedException($"the interpreter does not know {name}");

    private static int Signed(ulong bits) => (int)(uint)bits;

    private static double Number(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    private static ulong Bits(int value) => (uint)value;

    private static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value);

    private static ulong Truth(bool value) => value ? 1UL : 0;
}
