using Tint.Fixtures;
using Tint.Fixtures.Json;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Families;

namespace Tint.Verification.Checkpoints;

/// <summary>
/// A model as a Hugging Face repository holds it: <c>config.json</c>, and its weights in one safetensors file, in several with an index, or the same as
/// PyTorch saves them. Where both formats are there, safetensors is read.
/// </summary>
public sealed class ModelFolder : IDisposable
{
    private const string ConfigFile = "config.json";

    private ModelFolder(FamilyConfiguration model, Checkpoint tensors) => (Model, Tensors) = (model, tensors);

    /// <summary>What the model computes, and what its tensors are called.</summary>
    public FamilyConfiguration Model { get; }

    /// <summary>The tensors, read on demand.</summary>
    public Checkpoint Tensors { get; }

    /// <summary>Opens a folder; no tensor is read.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="FixtureException">A file is missing, not readable, or breaks a rule of its format.</exception>
    /// <exception cref="RuleViolationException">The model cannot be simulated, or the weights are not those that their index names.</exception>
    public static ModelFolder Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
        {
            throw new FixtureException(
                $"a model must be a folder with {ConfigFile} and its weights", $"no folder '{Printable.Name(folder)}'", "check the path");
        }

        return new ModelFolder(ReadConfiguration(folder), Checkpoint.Open(folder));
    }

    /// <summary>Reads what a <c>config.json</c> describes.</summary>
    /// <param name="path">The file, or the folder that it lies in.</param>
    /// <exception cref="FixtureException">The file is missing, not readable, or no JSON.</exception>
    /// <exception cref="RuleViolationException">The family is unknown, or a field is missing, wrong, or asks for what cannot be simulated.</exception>
    public static FamilyConfiguration ReadConfiguration(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return JsonFile.Read(Directory.Exists(path) ? Path.Combine(path, ConfigFile) : path, static (root, _) => FamilyCatalogue.Read(root));
    }

    /// <summary>Reads every parameter, and accounts for each tensor in the files.</summary>
    /// <exception cref="RuleViolationException">A tensor is missing, misshapen or not finite, or has no place in the model.</exception>
    public ParameterSet Read() => Model.Import(Tensors);

    /// <summary>
    /// The model as the auxiliary model of a TinT, its layers read from the files one by one when they are asked for: beside what lies outside of the layers no more than
    /// a layer is in memory. The folder must stay open as long as the weights are used.
    /// </summary>
    /// <exception cref="RuleViolationException">A tensor is missing, misshapen, or has no place in the model; or no TinT of it can be constructed.</exception>
    public AuxiliaryWeights Stream() => Model.Stream(Tensors);

    /// <summary>Closes the files.</summary>
    public void Dispose() => Tensors.Dispose();
}
