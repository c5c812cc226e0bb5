using System.Globalization;
using System.Text.RegularExpressions;

namespace Tint.Reference.Cuda.Tests.Ptx;

/// <summary>A kernel in PTX, read into instructions that can be run one thread at a time. Only what ILGPU emits for the loops is understood.</summary>
internal sealed partial class PtxProgram
{
    private readonly Dictionary<string, int> _registers = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly List<PtxInstruction> _instructions = [];

    /// <summary>Reads a kernel.</summary>
    /// <param name="ptx">The text.</param>
    /// <param name="fused">Whether sums of products are rounded once, as <see cref="PtxFusion"/> has it.</param>
    public PtxProgram(string ptx, bool fused)
    {
        string[] lines = [.. ptx.Split('\n', StringSplitOptions.TrimEntries).SkipWhile(line => line != "{").Where(line => line.Length > 0)];
        string[] code = [.. lines.Where(line => !line.StartsWith('.') && line is not ("{" or "}") && !line.StartsWith("//", StringComparison.Ordinal))];
        code = fused ? PtxFusion.Fuse(code) : code;
        IsFused = code.Any(line => line.StartsWith("fused", StringComparison.Ordinal));
        var index = 0;
        foreach (var line in code)
        {
            if (line.EndsWith(':'))
            {
                _labels[line[..^1]] = index;
            }
            else
            {
                index++;
            }
        }

        _instructions.AddRange(code.Where(line => !line.EndsWith(':')).Select(Parse));
        BodyBytes = int.Parse(BodySize().Match(ptx).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The bytes of the loop's structure, as the kernel declares them.</summary>
    public int BodyBytes { get; }

    /// <summary>Whether a sum was fused.</summary>
    public bool IsFused { get; }

    /// <summary>Runs one thread to its end.</summary>
    public void Run(PtxArguments arguments, int index, int threads)
    {
        var thread = new PtxThread(_registers.Count, arguments, index, threads);
        var next = 0;
        while (next < _instructions.Count)
        {
            var instruction = _instructions[next++];
            if (instruction.Guard >= 0 && thread.Registers[instruction.Guard] != instruction.GuardValue)
            {
                continue;
            }

            if (instruction.Compute is { } compute)
            {
                var value = compute(thread);
                if (instruction.Target >= 0)
                {
                    thread.Registers[instruction.Target] = value;
                }
            }
            else if (instruction.Jump >= 0)
            {
                next = instruction.Jump;
            }
            else
            {
                return;
            }
        }
    }

    private PtxInstruction Parse(string line)
    {
        var match = Line().Match(line);
        var (guard, operation) = (match.Groups["guard"].Value, match.Groups["operation"].Value);
        string[] operands = [.. match.Groups["operands"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        var (guardRegister, guardValue) = guard.Length == 0 ? (-1, 0UL) : (Register(guard.TrimStart('!')), guard[0] == '!' ? 0UL : 1);
        PtxInstruction Made(int target, Func<PtxThread, ulong>? compute, int jump = -1) =>
            new(guardRegister, guardValue, operation, operands, target, compute, jump);
        switch (operation)
        {
            case "ret":
                return Made(-1, null);
            case "bra" or "bra.uni":
                return Made(-1, null, _labels[operands[0]]);
            case "ld.f64" or "ld.b32" or "ld.b64":
                var (from, bytes) = (Value(operands[1].Trim('[', ']')), operation == "ld.b32" ? 4 : 8);
                return Made(Register(operands[0]), thread => thread.Load(from(thread), bytes));
            case "st.f64":
                var (to, stored) = (Value(operands[0].Trim('[', ']')), Value(operands[1]));
                return Made(-1, thread =>
                {
                    thread.Store(to(thread), stored(thread));
                    return 0;
                });
            case var load when load.StartsWith("ld.param.", StringComparison.Ordinal):
                var parameter = Parameter().Match(operands[1]);
                var (name, size) = (parameter.Groups["name"].Value, load.EndsWith("32", StringComparison.Ordinal) ? 4 : 8);
                var offset = parameter.Groups["offset"].Value is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
                return Made(Register(operands[0]), thread => thread.Arguments.Read(name, offset, size));
            default:
                var compute = PtxOperations.Of(operation);
                Func<PtxThread, ulong>[] sources = [.. operands.Skip(1).Select(Value)];
                return Made(Register(operands[0]), sources.Length switch
                {
                    1 => thread => compute(sources[0](thread), 0, 0),
                    2 => thread => compute(sources[0](thread), sources[1](thread), 0),
                    _ => thread => compute(sources[0](thread), sources[1](thread), sources[2](thread)),
                });
        }
    }

    private Func<PtxThread, ulong> Value(string operand)
    {
        if (operand.StartsWith("0d", StringComparison.Ordinal))
        {
            var bits = ulong.Parse(operand.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return _ => bits;
        }

        if (!operand.StartsWith('%'))
        {
            var number = (ulong)long.Parse(operand, CultureInfo.InvariantCulture);
            return _ => number;
        }

        if (operand.Contains('.', StringComparison.Ordinal))
        {
            return thread => thread.Special(operand);
        }

        var register = Register(operand);
        return thread => thread.Registers[register];
    }

    private int Register(string name)
    {
        if (!_registers.TryGetValue(name, out var register))
        {
            _registers[name] = register = _registers.Count;
        }

        return register;
    }

    [GeneratedRegex(@"^(@(?<guard>!?%p\d+)\s+)?(?<operation>[a-z0-9.]+)\s*(?<operands>[^;]*);$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^\[_(?<name>[a-z]+)_\d+(\+(?<offset>\d+))?\]$")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\.b8 _body_\d+\[(\d+)\]")]
    private static partial Regex BodySize();
}
