using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Tint.Experiments.Saving;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Families;

namespace Tint.Experiments.Training;

/// <summary>A whole training in a folder: what has been done is saved now and then and when it is interrupted, and can be gone on with.</summary>
public sealed class TrainingRun
{
    private const int WindowsHeldOut = 64;

    private readonly string _folder;
    private readonly string _config;
    private readonly string _plan;
    private readonly FamilyConfiguration _model;
    private readonly TrainingOptions _options;
    private readonly TrainingText _text;
    private readonly Trainer _trainer;
    private TrainingState _state;

    /// <summary>Begins a training, or goes on with the one in the folder.</summary>
    /// <param name="folder">Where the model is written; empty, not there yet, or with the state of an interrupted training.</param>
    /// <param name="config">The text of the model's <c>config.json</c>.</param>
    /// <param name="begin">The parameters to begin with; null for random ones.</param>
    /// <param name="text">What it is trained on.</param>
    /// <param name="options">How.</param>
    /// <param name="resume">Whether to go on with what the folder holds.</param>
    /// <exception cref="FixtureException">The folder holds something else, or cannot be written.</exception>
    /// <exception cref="RuleViolationException">Model, text and options do not fit each other, or are not those that training began with.</exception>
    public TrainingRun(string folder, string config, ParameterSet? begin, TrainingText text, TrainingOptions options, bool resume)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        using var document = JsonDocument.Parse(config);
        (_folder, _config, _model, _text, _options) = (folder, config, FamilyCatalogue.Read(document.RootElement), text, options);
        _trainer = new Trainer(_model, options, text.Training);
        _plan = string.Join(", ", $"text {Digest(text.Training)}", $"model {string.Concat(config.Where(static c => !char.IsWhiteSpace(c))).Replace(',', ';')}", Words(options));
        var saved = Path.Combine(folder, TrainingStateFile.Name);
        if (!resume && File.Exists(saved))
        {
            throw new RuleViolationException(
                "a folder with an interrupted training is gone on with, not overwritten", $"'{folder}'", "add --resume, or name another folder");
        }

        if (resume && !File.Exists(saved))
        {
            throw ModelFolderWriter.HasModel(folder)
                ? new RuleViolationException(
                    "--resume goes on with an interrupted training",
                    $"'{Printable.Name(folder)}', whose training is done and whose model is written",
                    "use the model (--model), or train it further: --model with this folder, --out with another")
                : new RuleViolationException(
                    "--resume goes on with an interrupted training", $"'{Printable.Name(folder)}', which holds none", "leave --resume out, or name the folder of one");
        }

        ModelFolderWriter.Prepare(folder, TrainingStateFile.Name);
        _state = resume ? TrainingStateFile.Read(saved, _plan, _model) : _trainer.Begin(begin);
    }

    /// <summary>How many steps were done before this run.</summary>
    public int Done => _state.Step;

    /// <summary>Goes on to the last step and writes the model.</summary>
    /// <param name="step">Called after each step.</param>
    /// <param name="saveEvery">The state is saved after so many steps; 0 saves it only when the run is interrupted.</param>
    /// <param name="token">Interrupts the run between two steps or within one, which is then lost.</param>
    public TrainingResult Run(Action<TrainingState>? step, int saveEvery, CancellationToken token)
    {
        while (_state.Step < _options.Steps)
        {
            token.ThrowIfCancellationRequested();
            _state = _trainer.Step(_state, token);
            step?.Invoke(_state);
            if (saveEvery > 0 && _state.Step % saveEvery == 0 && _state.Step < _options.Steps)
            {
                Save();
            }
        }

        var heldOut = _text.HeldOut.Count < _options.Window ? (double?)null : _trainer.Loss(_state.Parameters, _text.HeldOut, WindowsHeldOut);
        ModelFolderWriter.Write(_folder, _config, _state.Parameters, _text.TokenizerFiles);
        File.Delete(Path.Combine(_folder, TrainingStateFile.Name));
        return new TrainingResult(_model, _options, _state.Losses, heldOut);
    }

    /// <summary>Saves the last whole step of an interrupted run.</summary>
    /// <returns>How many steps are done.</returns>
    public int Save()
    {
        var state = _state;
        TrainingStateFile.Write(Path.Combine(_folder, TrainingStateFile.Name), state, _plan);
        return state.Step;
    }

    private static string Digest(IReadOnlyList<int> tokens) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<int>(tokens.ToArray())));

    private static string Words(TrainingOptions options) => FormattableString.Invariant(
        $"--steps {options.Steps}, --batch {options.Batch}, --window {options.Window}, --rate {options.Rate:R}, --warm-up {options.WarmUp}, ")
        + FormattableString.Invariant($"--clip {options.Clip:R}, --seed {options.Seed}, decays {options.FirstDecay:R} and {options.SecondDecay:R}, epsilon {options.Epsilon:R}");
}
