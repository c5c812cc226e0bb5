namespace Tint.Mutation;

/// <summary>Mutants cannot be tried: a passage is gone, the sources do not compile, or the checks fail without a fault.</summary>
public sealed class MutationException(string message) : Exception(message);
