using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Messages;

/// <summary>The webhooks and group robots, and adding one.</summary>
[Needs(Act.Operate)]
internal sealed class ChannelsModel(IMediator mediator) : PageModel
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Kind { get; set; }

    [BindProperty]
    public string? Address { get; set; }

    [BindProperty]
    public string? Secret { get; set; }

    [BindProperty]
    public List<string> Levels { get; set; } = ["red"];

    [TempData]
    public string? Done { get; set; }

    public bool Adding => Request.Query["handler"] == "Add";

    public bool HasMail { get; private set; }

    public IReadOnlyList<ManageChannels.Channel> Channels { get; private set; } = [];

    public async Task OnGetAsync()
    {
        Channels = await mediator.Send(new ManageChannels.Query());
        HasMail = (await mediator.Send(new OutboxNow())).HasMail;
    }

    public Task<IActionResult> OnPostAddAsync() => Change(
        () => mediator.Send(new ManageChannels.Add(Name, Kind, Address, Secret, Levels)),
        Words.T($"渠道「{Name}」已添加，请发一条测试消息。", $"The channel “{Name}” is added; send it a test message."));

    public Task<IActionResult> OnPostActiveAsync(string name, bool active) => Change(
        () => mediator.Send(new ManageChannels.SetActive(active, name)),
        active ? Words.T($"渠道「{name}」已启用。", $"The channel “{name}” is open.") : Words.T($"渠道「{name}」已停用。", $"The channel “{name}” is closed."));

    public Task<IActionResult> OnPostTestAsync(string name) => this.Do(async () =>
    {
        var result = await mediator.Send(new ManageChannels.Test(name));
        Done = result.Arrived
            ? Words.T($"渠道「{name}」收到了测试消息。", $"The channel “{name}” took the test message.")
            : Words.T($"渠道「{name}」没有收到：{result.Error}", $"The channel “{name}” did not take it: {result.Error}");
        return RedirectToPage();
    }, OnGetAsync);

    private Task<IActionResult> Change(Func<Task> act, string done) => this.Do(async () =>
    {
        await act();
        Done = done;
        return RedirectToPage();
    }, OnGetAsync);
}
