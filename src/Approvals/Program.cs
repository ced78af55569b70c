using Approvals;

return CommandLine.Wants(args) ? await CommandLine.Run(args) : await Site.Serve(args);
