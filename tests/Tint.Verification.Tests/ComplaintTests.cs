using Tint.Reference;

namespace Tint.Verification.Tests;

public class ComplaintTests
{
    [Fact]
    public void A_fault_of_the_program_names_the_place_and_no_exception()
    {
        var exception = Record.Exception(() => Array.Empty<int>().First());
        var line = Complaint.Of(exception!);
        Assert.Equal($"{typeof(ComplaintTests).FullName}.{nameof(A_fault_of_the_program_names_the_place_and_no_exception)} failed: {exception!.Message}", line);
        Assert.False(Complaint.IsExpected(exception));
    }

    [Fact]
    public void The_cause_counts_and_not_what_passed_it_on()
    {
        var refusal = new RuleViolationException("the number must be small", "9", "use 1");
        Assert.Equal(refusal.Message, Complaint.Of(new AggregateException(refusal)));
        Assert.Equal(refusal.Message, Complaint.Of(new TypeInitializationException("Some.Type", new AggregateException(refusal))));
        Assert.True(Complaint.IsExpected(new AggregateException(refusal)));
    }

    [Fact]
    public void Too_little_memory_is_said_with_what_there_was()
    {
        // A product of more entries than any array holds is refused by the runtime as too little memory.
        var line = Complaint.Of(Record.Exception(() => GC.KeepAlive(new decimal[int.MaxValue]))!);
        Assert.Contains(" MiB that the process may take; use a smaller shape", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_lines_become_one() => Assert.Equal("a b c", Complaint.Of(new IOException("a\r\n  b\nc")));
}
