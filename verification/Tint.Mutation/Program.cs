using Tint.Mutation;

using var cancel = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = !cancel.IsCancellationRequested;
    cancel.Cancel();
};
return MutationCommand.Run(args, cancel.Token);
