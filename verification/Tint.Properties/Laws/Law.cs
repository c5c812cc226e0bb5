using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Verification;

namespace Tint.Properties.Laws;

/// <summary>A statement that every implementation of TinT has to satisfy on every case.</summary>
public sealed class Law
{
    private readonly Action<ITint, LawCase, Judge> _check;

    internal Law(string label, string name, string statement, string[] facts, string subject, Action<ITint, LawCase, Judge> check)
    {
        (Label, Name, Statement, Facts, Subject, _check) = (label, name, statement, facts, subject, check);
    }

    /// <summary>L01, L02, …</summary>
    public string Label { get; }

    /// <summary>A short name in kebab case.</summary>
    public string Name { get; }

    /// <summary>The law in one sentence.</summary>
    public string Statement { get; }

    /// <summary>The facts of the construction that it tests, C1 … C40 and V1 … V9.</summary>
    public IReadOnlyList<string> Facts { get; }

    /// <summary>The module that it is about, by its name in the fixtures; TinT for whole models.</summary>
    public string Subject { get; }

    /// <summary>Tries the law on a case.</summary>
    /// <param name="tint">The implementation.</param>
    /// <param name="item">The case.</param>
    /// <returns>The worst comparison; an implementation that throws has broken the law.</returns>
    public LawVerdict Check(ITint tint, LawCase item)
    {
        ArgumentNullException.ThrowIfNull(tint);
        ArgumentNullException.ThrowIfNull(item);
        var judge = new Judge();
        try
        {
            _check(tint, item, judge);
        }
        catch (DivergenceException)
        {
            return new LawVerdict(0, null, 0);
        }
        catch (MissingModuleException missing)
        {
            return new LawVerdict(0, null, 0) { Missing = missing.Message };
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new LawVerdict(double.PositiveInfinity, Complaint.Of(exception), 1);
        }

        return judge.Verdict;
    }

    /// <summary>The law about what an implementation may lack: not tried on one that says so.</summary>
    /// <param name="has">Whether an implementation has it.</param>
    /// <param name="what">What is missing where it has not.</param>
    internal Law Needing(Func<ITint, bool> has, string what) => new(Label, Name, Statement, [.. Facts], Subject, (tint, item, judge) =>
    {
        if (!has(tint))
        {
            throw new MissingModuleException(what);
        }

        _check(tint, item, judge);
    });

    /// <summary>The same comparisons as part of another law.</summary>
    internal void Apply(ITint tint, LawCase item, Judge judge) => _check(tint, item, judge);

    /// <inheritdoc/>
    public override string ToString() => $"{Label} {Name}";
}
