namespace Tint.Reference.Engines;

/// <summary>What the passes of one run mean to an engine: the construction, the closed form, a device. It holds weights, memory and logits.</summary>
/// <remarks>An engine whose models have no encoder leaves the encoder's methods alone.</remarks>
/// <typeparam name="TSignal">What flows between blocks: hidden states or a matrix, on the host or elsewhere.</typeparam>
internal interface IPassReading<TSignal>
{
    /// <summary>The embedded tokens; of an encoder–decoder the decoder's.</summary>
    public TSignal Embed();

    /// <summary>A block's output. The input is the engine's from now on.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="input">Its input.</param>
    /// <param name="keepMemory">Whether a backward pass follows.</param>
    public TSignal Forward(int layer, TSignal input, bool keepMemory);

    /// <summary>The output of the nodes behind the last block, the final norm; the input itself where there are none.</summary>
    public TSignal FinalNorm(TSignal input);

    /// <summary>The logits of the final norm's output.</summary>
    /// <param name="output">The final norm's output.</param>
    /// <param name="step">The steps taken so far.</param>
    public void Head(TSignal output, int step);

    /// <summary>The gradient at the final norm's output, which is the engine's from now on.</summary>
    public TSignal LossGradient(TSignal output);

    /// <summary>Backward and descent of the nodes behind the last block.</summary>
    public TSignal FinalNormBackward(TSignal gradient);

    /// <summary>Backward and descent of a block, which gives its memory up. The gradient is the engine's from now on.</summary>
    public TSignal Backward(int layer, TSignal gradient);

    /// <summary>A step's backward pass has come to the lowest trained block's input.</summary>
    public void Descended(TSignal gradient);

    /// <summary>The input of the lowest trained block, for one more pass to start from.</summary>
    public TSignal Again(TSignal trainedInput) => trainedInput;

    /// <summary>The embedded tokens of the encoder.</summary>
    public TSignal EmbedEncoder() => throw WithoutEncoder();

    /// <summary>The output of the nodes behind the encoder's last block, which the decoder's blocks read from now on.</summary>
    /// <param name="input">The encoder's last block's output.</param>
    /// <param name="keepMemory">Whether a backward pass through the encoder follows.</param>
    public void Encoded(TSignal input, bool keepMemory) => throw WithoutEncoder();

    /// <summary>
    /// Backward and descent of the nodes behind the encoder's last block, from the sum of what the decoder's blocks have sent back since it was encoded.
    /// </summary>
    public TSignal EncodedBackward() => throw WithoutEncoder();

    private RuleViolationException WithoutEncoder() => new(
        "an engine must know an encoder to run one", GetType().Name, "use a model without an encoder");
}
