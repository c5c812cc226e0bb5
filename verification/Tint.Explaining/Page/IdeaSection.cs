using System.Globalization;
using Tint.Explaining.Layers;
using Tint.Explaining.Walking;
using Tint.Verification.Reports.Page;

namespace Tint.Explaining.Page;

/// <summary>The first half page: why attention without softmax over prefixes is a product of matrices, with the numbers of the walks below.</summary>
internal sealed class IdeaSection
{
    private readonly ModuleWalk _forward;
    private readonly ModuleWalk _descent;
    private readonly ModuleWalk _attention;
    private readonly int _width;
    private readonly int _rows;
    private readonly int _prefixes;

    private IdeaSection(ExplanationDocument document)
    {
        ModuleWalk Walk(string name) => document.Modules.Single(walk => walk.Module == name);
        (_forward, _descent, _attention) = (Walk("LinearForward"), Walk("LinearDescent"), Walk("AttentionBackward"));
        (_width, _rows, _prefixes) = (_forward.Shape["D_aux"], _forward.Shape["n"], _forward.Shape["K"]);
    }

    /// <summary>The section; nothing where the modules that it is about are not all there.</summary>
    public static Markup Draw(ExplanationDocument document) => new IdeaSection(document).Draw(document.Seed);

    private Markup Draw(int? seed)
    {
        var page = new Markup().Raw("""
            <section id="idea">
            <h2>Attention without softmax is a product of matrices</h2>
            <p class="lead">A transformer multiplies its input by weights that were fixed when it was built. TinT has to multiply by weights that change while it runs: those of the small
            <i>auxiliary model</i> that it trains inside its own forward pass. So these weights cannot be TinT's. They are part of its <b>input</b>, and the one layer that multiplies two inputs
            with each other is attention.</p>
            <p>Take attention, and leave out the softmax. Position i asks with a query q<sub>i</sub>; every position j has a key k<sub>j</sub> and a value v<sub>j</sub>; i receives
            Σ<sub>j</sub> ⟨q<sub>i</sub>, k<sub>j</sub>⟩ v<sub>j</sub>. Now put <i>prefix</i> positions in front of the tokens, and let prefix j hold one row w<sub>j</sub> of a matrix W. If its key is that row,
            its value the unit vector e<sub>j</sub> (1 at place j, else 0), and a token asks with its signal x, then the token receives Σ<sub>j</sub> ⟨x, w<sub>j</sub>⟩ e<sub>j</sub>: at place j stands
            ⟨w<sub>j</sub>, x⟩. That is <b>W x</b>, and it is all of LinearForward. Exchange the three parts, and it is the two other products that training needs:</p>
            <div class="scroll"><table class="words"><tr><th></th><th>who asks</th><th>query</th><th>key of j</th><th>value of j</th><th>what arrives</th></tr>
            <tr><td><a href="#LinearForward">forward</a></td><td>token, prefixes answer</td><td>x</td><td>w<sub>j</sub></td><td>e<sub>j</sub></td><td>Σ<sub>j</sub> ⟨x, w<sub>j</sub>⟩ e<sub>j</sub> = W x</td></tr>
            <tr><td><a href="#LinearBackward">backward</a></td><td>token, prefixes answer</td><td>g</td><td>e<sub>j</sub></td><td>w<sub>j</sub></td><td>Σ<sub>j</sub> g<sub>j</sub> w<sub>j</sub> = Wᵀ g</td></tr>
            <tr><td><a href="#LinearDescent">descent</a></td><td>prefix i, tokens answer</td><td>e<sub>i</sub></td><td>g of token j</td><td>−η x of token j</td><td>row i of −η Σ<sub>j</sub> g<sub>j</sub> x<sub>j</sub>ᵀ</td></tr></table></div>
            <p>g is the gradient of the loss at the layer's output, g<sub>j</sub> its entry j in the second line and the g of token j in the third; η is the learning rate. What arrives at a prefix in a descent is added to the row that it holds: that is a step of SGD, and the next forward pass
            multiplies by the new row, without any weight of TinT having changed.</p>

            """);
        Case(page, seed);
        page.Add(StatePicture.Draw(_forward.Inputs[0], _width, _rows + 1));
        page.Line($"<p>LinearForward's attention layer reads these states as follows. Take head {_rows}: it asks with the first shard of a token's x; its key is the first shard of what a prefix holds in slot 1; its value is the prefix's own one-hot; and what comes of it is added to {_prefixes} places of slot 0, one for each prefix.</p>");
        page.Add(HeadPicture.Draw(_forward.Steps[0], _width, _forward.Shape["D_sim"], _forward.Module));
        page.Line($"<p class=\"soft\">From the top: where the query of each head comes from, then its key, then its value, then where its result goes. Heads 0 to {(_rows * _rows) - 1} carry W, a shard of a row each; heads {_rows * _rows} to {(_rows * _rows) + _rows - 1} carry the bias.</p>");
        Forward(page);
        Descent(page);
        Attention(page);
        Questions(page);
        return page.Raw("</section>\n");
    }

    private void Case(Markup page, int? seed)
    {
        var recognised = seed is null ? "W has 10r + c at row r, column c, and b has 100 + r at r, so that every number shows where it comes from" : $"numbers are drawn from seed {seed}";
        page.Line($"<h3>The picture, drawn from the weights</h3>");
        page.Line($"<p>In the case on this page {recognised}. Signals are D = {_width} wide. There are K = {_prefixes} prefixes, so each has to hold n = D/K = {_rows} rows of W: a position is {_rows + 1} <i>slots</i> of {_width} coordinates, {_forward.Shape["D_sim"]} in all, a row in each of the first {_rows} slots of a prefix and the bias b in the last. Tokens hold their signal in slot 0 and keep in the upper slots what the way back will need (<i>memory</i>). A value e<sub>j</sub> needs one coordinate for each prefix, so heads are K = {_prefixes} coordinates wide. A row of {_width} is therefore cut into n = {_rows} <i>shards</i> of {_prefixes}; {_rows} heads take one each, and the output mixing adds up what they find. The auxiliary model's own attention has H = {_forward.Shape["H_aux"]} heads of D/H = {_width / _forward.Shape["H_aux"]} coordinates.</p>");
    }

    private void Forward(Markup page)
    {
        var (row, final) = (_width - 2, _forward.Outputs[0]);
        var (prefix, slot) = (row / _rows, row % _rows);
        page.Line($"<h3>LinearForward by hand: row {row} of W x, at token 0</h3>");
        page.Line($"<p>Row {row} lies in prefix {prefix}, slot {slot}: {PageNumber.Tuple(Values(_forward.Inputs[0], $"prefix {prefix}", slot))}. Token 0 holds x = {PageNumber.Tuple(Values(_forward.Inputs[0], "token 0", 0))}. Heads {slot * _rows} to {(slot * _rows) + _rows - 1} serve that slot, one for each shard. Each asks with its shard of x; the key is its shard of the row; the value of prefix {prefix} is e<sub>{prefix}</sub>, a 1 at coordinate {prefix}, so that the score itself arrives there:</p>");
        Hand(page, _forward.Steps[0].Hand, "score");
        page.Line($"<p>Heads whose product is 0 are left out. The sum stands at coordinate {(slot * _prefixes) + prefix} of slot 0, where heads of slot {slot} write, and prefix {prefix} is their place {prefix}. The rows of W x now lie slot by slot, {string.Join(", ", Enumerable.Range(0, _width).Select(place => (place % _prefixes * _rows) + (place / _prefixes)))}; step {Number("map_heads")}, a fixed map inside the slot, puts them in order, row {row} at coordinate {row}. Step {Number("mix_heads")} adds b from slot 1, to which the bias heads brought it, and token 0 ends with (W x + b) = {PageNumber.Tuple(Values(final, "token 0", 0))}: at {row} it is {PageNumber.Of(Values(final, "token 0", 0)[row])}.</p>");
    }

    private void Descent(Markup page)
    {
        if (_descent.Steps[0].Hand is not { } hand)
        {
            return;
        }

        var prefix = int.Parse(hand.Position.Split(' ')[1], CultureInfo.InvariantCulture);
        var row = (prefix * _rows) + hand.Slot;
        page.Line($"<h3>LinearDescent by hand: row {row}, column {hand.Coordinate} of W</h3>");
        page.Line($"<p>Now {hand.Position} asks, with e<sub>{prefix}</sub>, and tokens answer. The key of a token lists the entries of its g that belong to the rows in slot {hand.Slot}, one for each prefix; so its product with e<sub>{prefix}</sub> is g at {row}. The value is −η x, η = {PageNumber.Of(_descent.LearningRate)} (the dashed lines in the <a href=\"#LinearDescent\">picture</a>). Only tokens that are trained on answer: here m = {PageNumber.Tuple(_descent.TrainMask)}, token by token.</p>");
        Hand(page, hand, "score");
        page.Line($"<p>The gate adds that to what the prefix holds: {PageNumber.Of(Values(_descent.Inputs[0], hand.Position, hand.Slot)[hand.Coordinate])} becomes {PageNumber.Of(Values(_descent.Outputs[0], hand.Position, hand.Slot)[hand.Coordinate])}. It is what plain SGD does to that weight; all {_width} × {_width} of them change in the same layer at once.</p>");
    }

    private void Attention(Markup page)
    {
        if (_attention.Steps[0].Hand is not { } hand)
        {
            return;
        }

        page.Line($"<h3>AttentionBackward by hand: {hand.Position}, coordinate {hand.Coordinate}</h3>");
        page.Raw("""
            <p>The auxiliary model has attention too, with softmax, and TinT's own softmax heads do it: in the forward pass token i received Σ<sub>j</sub> a<sub>ij</sub> v<sub>j</sub>, a<sub>ij</sub> the share of its attention that it gave to j.
            Backward, whoever took a share of v<sub>j</sub> hands back the same share of its own gradient: the gradient at v<sub>j</sub> is g<sub>v</sub>[j] = Σ<sub>i</sub> a<sub>ij</sub> g<sub>i</sub>. So the layer computes the same shares once more, from q and k in memory, and uses them
            the other way round, with g in the place of v.</p>

            """);
        page.Line($"<p>{Sentence(hand.Position)} has been attended to by itself and by later tokens. The query is that of who attended, the key that of {hand.Position}; their score is ⟨query, key⟩/√(D/H); the share is e<sup>score</sup> over the sum of e<sup>score</sup> for all tokens that the query saw, itself and earlier ones; the value is that token's g at coordinate {hand.Coordinate}:</p>");
        Hand(page, hand, "share");
        var untrained = _attention.TrainMask.Index().Where(static item => item.Item == 0).Select(static item => $"token {item.Index}").ToArray();
        page.Line($"<p>{(untrained.Length == 0 ? "Every token is trained on." : $"What {string.Join(" and ", untrained)} would hand back to others is missing: it is not trained on (m = 0), and such a token's gradient goes to itself alone.")} One thing is left out on purpose: the shares depend on q and k as well, and the gradient that flows that way, the <i>score path</i>, is dropped (V1). The query and key layers, W<sub>Q</sub> and W<sub>K</sub>, therefore never learn in the published construction. <a href=\"#AttentionScoreBackward\">AttentionScoreBackward</a> puts that path back.</p>");
    }

    private static void Questions(Markup page) => page.Raw("""
        <h3>Questions that arise</h3>
        <dl class="ask">
        <dt>What are TinT's own weights for, then?</dt><dd>They fetch: entries of 1 that bring a slot's coordinates to a head, and a result to its slot. Every line in the pictures is one. None of them depends on W.</dd>
        <dt>How does a prefix know which one it is?</dt><dd>From its position's one-hot, as any transformer's positions are known: e<sub>k</sub> in the pictures is prefix k's own, and e<sub>0</sub> that of prefix 0.</dd>
        <dt>Why does every token ask prefix 0 for the bias?</dt><dd>Every prefix holds a copy of b, and one is enough. Bias heads ask with e<sub>0</sub>, which scores 1 with prefix 0 and 0 with the others. So a descent need update that copy alone (V6).</dd>
        <dt>Where does g come from?</dt><dd>From the loss at the top, then module by module downwards: what LinearBackward leaves in slot 0 is the next module's g. It takes the place of the signal, and x comes from memory.</dd>
        <dt>What does the gate do?</dt><dd>An attention layer computes something at every position. A gate that knows positions alone then keeps the old state of prefixes and the new one of tokens, or, in a descent, adds the new to the old at prefixes. In the published code its factor is ρ = tanh G, a little less than 1 (V3); on this page it is 1.</dd>
        <dt>Is it exact?</dt><dd>Linear modules, products and all forward passes are, up to rounding. Derivatives of activations and normalisations f in a direction u are finite differences, N(f(x + u/N) − f(x)), N a large number in the weights; attention's backward drops the score path. How far that may be from the true gradient is bounded by a certificate, a formula that is proven, and every module below says error and bound for its own numbers.</dd>
        <dt>Why may softmax stay out of linear attention, and where is it needed?</dt><dd>Softmax would divide the exponentials of the scores by their sum, and a product of matrices has neither. With a twin of opposite sign beside every position softmax can stand for it all the same, nearly: <a href="#SoftmaxLinearForward">SoftmaxLinearForward</a>. Softmax is needed where the auxiliary model itself has it: AttentionForward and AttentionBackward.</dd>
        <dt>What do C4 and V1 mean?</dt><dd>Facts and departures of this project's walk-through. Numbers of figures, definitions and sections are the paper's, and are given where they could be looked up.</dd>
        </dl>

        """);

    private static void Hand(Markup page, HandSum? hand, string weight)
    {
        if (hand is null)
        {
            page.Raw("<p>Every product is 0.</p>\n");
            return;
        }

        page.Raw("<div class=\"hand\">\n");
        foreach (var part in hand.Contributions)
        {
            page.Line($"<p>head {part.Head}, {part.From}: {Product(part, weight)}, times value {PageNumber.Of(part.Value)} = <b class=\"n\">{PageNumber.Of(part.Product)}</b></p>");
        }

        page.Line($"<p>sum: <b class=\"n\">{PageNumber.Of(hand.Total)}</b></p>").Raw("</div>\n");
    }

    private static string Product(Contribution part, string weight)
    {
        var product = $"⟨{PageNumber.Tuple(part.Query.Take(part.Used))}, {PageNumber.Tuple(part.Key.Take(part.Used))}⟩";
        return part.Softmax is { } softmax
            ? $"{product} gives the score {PageNumber.Of(softmax.Score)} among {PageNumber.Tuple(softmax.Seen)}, and so the {weight} {PageNumber.Of(part.Weight)}"
            : $"{product} gives the {weight} {PageNumber.Of(part.Weight)}";
    }

    private int Number(string kind) => _forward.Steps.First(step => step.Kind == kind).Number;

    private static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    private IReadOnlyList<double> Values(StateTable states, string position, int slot) =>
        states.Rows.FirstOrDefault(row => row.Position == position)?.Slots.FirstOrDefault(item => item.Slot == slot)?.Values ?? new double[_width];
}
