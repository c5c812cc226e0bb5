using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Reference;
using Tint.Reference.Families;

namespace Tint.Experiments.Training;

/// <summary>A state in a file, every number in float64, so that what goes on from it is the same to the last bit.</summary>
internal static class TrainingStateFile
{
    /// <summary>The file in the model's folder.</summary>
    public const string Name = "training.safetensors";

    private const string Losses = "losses";
    private const string Plan = "plan";
    private static readonly string[] Parts = ["parameters", "first", "second"];

    /// <summary>Writes a state; the file is replaced as a whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">The state.</param>
    /// <param name="plan">What it belongs to: text, model and options, in one line.</param>
    public static void Write(string path, TrainingState state, string plan)
    {
        ParameterSet[] sets = [state.Parameters, state.First, state.Second];
        SafetensorsWriter.Write(
            path,
            sets.Zip(Parts).SelectMany(part => part.First.Names.Select(name => Tensor($"{part.Second}.{name}", part.First[name])))
                .Append(new SafetensorsTensor(Losses, SafetensorsDataType.F64, [state.Losses.Count], [.. state.Losses])),
            new Dictionary<string, string> { [Plan] = plan });
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="FixtureException">The file is missing or damaged.</exception>
    /// <exception cref="RuleViolationException">It belongs to other text, another model or other options.</exception>
    public static TrainingState Read(string path, string plan, FamilyConfiguration model)
    {
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault(Plan) is var found && found != plan)
        {
            throw new RuleViolationException(
                "--resume must go on with the text, model and options that training began with", Difference(found ?? string.Empty, plan), "repeat the first command line and add --resume");
        }

        var places = model.Tensors().SelectMany(static tensor => tensor.Places).ToArray();
        var sets = Parts.Select(part =>
        {
            var set = new ParameterSet();
            foreach (var place in places)
            {
                var name = $"{part}.{place}";
                var shape = file.ShapeOf(name) ?? throw new FixtureException($"{Name}: the state must have every parameter", $"no {name}", "start again without --resume");
                set.Set(place, Matrix<double>.Build.Dense((int)shape[0], (int)shape[1], file.ReadDoubles(name)));
            }

            return set;
        }).ToArray();
        return new TrainingState(sets[0], sets[1], sets[2], file.ReadDoubles(Losses));
    }

    private static SafetensorsTensor Tensor(string name, Matrix<double> value) =>
        new(name, SafetensorsDataType.F64, [value.RowCount, value.ColumnCount], value.ToColumnMajorArray());

    /// <summary>The first part of a plan that differs.</summary>
    private static string Difference(string found, string wanted) => wanted.Split(", ").Except(found.Split(", ")).FirstOrDefault() is { } other
        ? $"{other}, which was not so"
        : "another plan";
}
