using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Counting;

/// <summary>
/// Reads a block's plan as the modules that TinT builds for it, one for each place: the chunks of an MLP pass through the same modules, and a backward step
/// is a backward and, where parameters learn, a descent module.
/// </summary>
/// <remarks>Source: C22, C27.</remarks>
public sealed class BlockModules : IForwardReading<int>
{
    private readonly List<ModuleUse> _forward = [];
    private readonly List<ModuleUse> _backward = [];
    private readonly bool _keepsScorePath;

    /// <summary>Reads a plan.</summary>
    /// <exception cref="RuleViolationException">It has a leaf that no module computes.</exception>
    public BlockModules(BlockPlan plan)
        : this(plan, keepsScorePath: false)
    {
    }

    /// <summary>Reads a plan, with the modules of attention's score path or without.</summary>
    /// <exception cref="RuleViolationException">It has a leaf that no module computes.</exception>
    public BlockModules(BlockPlan plan, bool keepsScorePath)
    {
        _keepsScorePath = keepsScorePath;
        Walk.Forward(plan, this, 0);
    }

    /// <summary>The modules of the forward block, in order.</summary>
    public IReadOnlyList<ModuleUse> Forward => _forward;

    /// <summary>The modules of the backward block, in the order of the forward one.</summary>
    public IReadOnlyList<ModuleUse> Backward => _backward;

    /// <inheritdoc/>
    int IReading<int>.Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    int IReading<int>.Add(Node node, int newer, int older) => 0;

    /// <inheritdoc/>
    int IForwardReading<int>.Forward(Leaf leaf, int chunk, int input)
    {
        switch (leaf)
        {
            case Norm norm:
                Use("LayerNorm", descends: norm.HasWeight);
                break;
            case RmsNorm:
                Use("RmsNorm", descends: true);
                break;
            case Linear:
                Use("Linear", descends: true);
                break;
            case Activation:
                Use("Activation", descends: false);
                break;
            case Attention attention:
                Use(attention.ReadsEncoder ? "CrossAttention" : "Attention", descends: false, attention.Form);
                _backward.AddRange([Plain("LinearBackward"), Plain("LinearDescent")]);
                if (_keepsScorePath)
                {
                    _backward.AddRange(
                        [Plain("AttentionScoreBackward") with { Form = attention.Form }, Plain("LinearBackward"), Plain("LinearDescent")]);
                }

                break;
            default:
                throw leaf.Unread("the count of a TinT's parameters");
        }

        return 0;
    }

    /// <inheritdoc/>
    int IForwardReading<int>.Multiply(Product product, int chunk, int left, int right)
    {
        Use("Product", descends: false);
        return 0;
    }

    /// <summary>The forward module of an operation, and what takes its gradient back.</summary>
    internal void Use(string operation, bool descends, AttentionForm? form = null)
    {
        _forward.Add(Plain($"{operation}Forward") with { Form = form ?? AttentionForm.Published });
        _backward.Add(Plain($"{operation}Backward") with { Form = form ?? AttentionForm.Published });
        if (descends)
        {
            _backward.Add(Plain($"{operation}Descent"));
        }
    }

    private static ModuleUse Plain(string module) => new(module, AttentionForm.Published);
}
