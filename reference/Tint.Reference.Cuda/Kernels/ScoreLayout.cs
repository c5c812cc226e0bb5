using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>How attention's scores lie: of query j and key i in head h at (h·S + i)·T + j, and in parts of <c>width</c> keys at (h·parts + p)·T + j.</summary>
/// <param name="tokens">T, the queries.</param>
/// <param name="keys">S.</param>
/// <param name="width">The keys of a part.</param>
/// <param name="allowed">The icl mask, query j and key i at i·T + j; anything where <paramref name="isMasked"/> is 0.</param>
/// <param name="isMasked">Whether there is an icl mask: 1 or 0.</param>
/// <param name="isCausal">Whether a query sees itself and earlier keys alone: 1 or 0.</param>
internal readonly struct ScoreLayout(int tokens, int keys, int width, ArrayView<double> allowed, int isMasked, int isCausal)
{
    /// <summary>T.</summary>
    public int Tokens => tokens;

    /// <summary>How many parts a row has.</summary>
    public int Parts => (keys + width - 1) / width;

    /// <summary>The query of a turn over parts.</summary>
    public int Query(int turn) => turn % tokens;

    /// <summary>The first key of a turn's part.</summary>
    public int FirstKey(int turn) => turn / tokens % Parts * width;

    /// <summary>The key behind the last of a turn's part.</summary>
    public int LastKey(int turn) => Math.Min(keys, FirstKey(turn) + width);

    /// <summary>Where a turn's head has the score of its query and key 0.</summary>
    public int Start(int turn) => (turn / tokens / Parts * tokens * keys) + Query(turn);

    /// <summary>The row of a turn among all heads' rows.</summary>
    public int Row(int turn) => (turn / tokens / Parts * tokens) + Query(turn);

    /// <summary>Whether a query may attend to a key.</summary>
    public bool Sees(int query, int key) => (isCausal == 0 || key <= query) && (isMasked == 0 || allowed[(key * tokens) + query] != 0);
}
