namespace Tint.Mutation.Running;

/// <summary>Compiles mutants and asks checks about them, the cheapest check first, until one sees the mutant.</summary>
public sealed class Trial : IDisposable
{
    /// <summary>What a check may take beyond the time that it takes without a fault.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Repository _repository;
    private readonly Sandbox _sandbox;
    private readonly Dictionary<string, SourceProject> _projects = [];
    private readonly Dictionary<string, byte[]> _correct = [];
    private readonly Dictionary<Check, TimeSpan> _limits = [];

    /// <summary>Prepares copies of what was built.</summary>
    /// <param name="repository">The checkout.</param>
    public Trial(Repository repository)
    {
        _repository = repository;
        _sandbox = new Sandbox(repository, [TestProjects.Reference, TestProjects.Verification, TestProjects.Properties]);
    }

    /// <summary>A project's sources.</summary>
    /// <param name="file">A file of it, relative to the repository.</param>
    public SourceProject ProjectOf(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var folder = string.Join('/', file.Split('/').Take(2));
        return _projects.TryGetValue(folder, out var project) ? project : _projects[folder] = SourceProject.Load(_repository, folder);
    }

    /// <summary>Tries a mutant.</summary>
    /// <param name="mutant">The mutant.</param>
    /// <param name="checks">The checks, in the order in which to ask them.</param>
    /// <param name="token">Ends the trial.</param>
    /// <exception cref="MutationException">A check fails without the fault, so that it can say nothing.</exception>
    public MutantVerdict Try(SourceMutant mutant, IReadOnlyList<Check> checks, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        ArgumentNullException.ThrowIfNull(checks);
        var project = ProjectOf(mutant.File);

        // First of all: sources that do not compile without a fault say nothing about those with one.
        var correct = _correct.TryGetValue(project.Name, out var known) ? known : _correct[project.Name] = project.Compile(null)!;
        if (project.Compile(mutant) is not { } assembly)
        {
            return new MutantVerdict(mutant, MutantFate.Stillborn, null, "does not compile", 0);
        }

        var seconds = 0.0;
        foreach (var check in checks)
        {
            var limit = LimitOf(check, project, correct, token);
            _sandbox.Install(project.Name, assembly);
            var outcome = _sandbox.Run(check, limit, token);
            _sandbox.Install(project.Name, correct);
            seconds += outcome.Time.TotalSeconds;
            if (!outcome.Passed)
            {
                return new MutantVerdict(mutant, MutantFate.Killed, check.Name, outcome.Finding, seconds);
            }
        }

        return new MutantVerdict(mutant, MutantFate.Survived, null, string.Empty, seconds);
    }

    /// <summary>Removes the copies.</summary>
    public void Dispose() => _sandbox.Dispose();

    /// <summary>Three times what the check takes without a fault, and some; the first time a check is asked it must pass without one.</summary>
    private TimeSpan LimitOf(Check check, SourceProject project, byte[] correct, CancellationToken token)
    {
        if (!_limits.TryGetValue(check, out var limit))
        {
            _sandbox.Install(project.Name, correct);
            var outcome = _sandbox.Run(check, TimeSpan.FromMinutes(10), token);
            if (!outcome.Passed)
            {
                throw new MutationException($"{check.Name} fails without any fault: {outcome.Finding}");
            }

            limit = _limits[check] = (3 * outcome.Time) + Patience;
        }

        return limit;
    }
}
