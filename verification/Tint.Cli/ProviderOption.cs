using System.CommandLine;
using MathNet.Numerics;
using Tint.Reference;
using Tint.Reference.Cuda;
using Tint.Reference.LinearAlgebra;

namespace Tint.Cli;

/// <summary>The option that chooses what matrix products run on, which every verb that computes has.</summary>
internal sealed class ProviderOption
{
    private readonly Option<string> _provider = new("--provider")
    {
        Description = $"What matrix products run on: {string.Join(", ", LinearAlgebraProviders.Names)}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => LinearAlgebraProviders.Default,
    };

    /// <summary>Adds the option to a verb.</summary>
    public void AddTo(Command command) => command.Add(_provider);

    /// <summary>
    /// Registers the chosen provider for the whole process. Where there are as many tasks as processors, each task keeps its products on its
    /// own thread: the tasks run side by side already, and threads inside them would only wait for one another.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="tasks">How many tasks the verb runs side by side.</param>
    /// <exception cref="RuleViolationException">There is no such provider, or it is not installed.</exception>
    public ProviderInUse Use(ParseResult parsed, int tasks)
    {
        // First, because a provider may measure what products cost on the processor.
        Control.MaxDegreeOfParallelism = tasks >= Environment.ProcessorCount ? 1 : Environment.ProcessorCount;
        CudaProvider.Register();
        return LinearAlgebraProviders.Use(parsed.GetRequiredValue(_provider));
    }
}
