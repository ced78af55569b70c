using System.Security.Cryptography;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

/// <summary>For applicants, who have no account: how it stands, by the number and the query code on the receipt.</summary>
[AllowAnonymous]
internal sealed class ProgressModel(IMediator mediator, ZoneClock clock, IDataProtectionProvider protection) : PageModel
{
    /// <summary>The link on the receipt carries it; the code it does not, so that no history of a browser opens anything.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Number { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    /// <summary>What was looked up, sealed: the page in the other language asks for the same, and shows the code to nobody.</summary>
    [BindProperty]
    public string? Ticket { get; set; }

    private ITimeLimitedDataProtector Seal => protection.CreateProtector("progress").ToTimeLimitedDataProtector();

    public ShowProgress.Result? Found { get; private set; }

    public DateTime Now => clock.Local(clock.Now);

    public Task<IActionResult> OnPostAsync(CancellationToken ct) => this.Do(
        async () =>
        {
            if (!string.IsNullOrEmpty(Ticket)) Open(Ticket);
            Found = await mediator.Send(new ShowProgress.Query(Number, Code), ct);
            return Page();
        },
        () => Task.CompletedTask);

    public string Sealed() => Seal.Protect($"{Found!.Number} {Code}", TimeSpan.FromHours(1));

    private void Open(string ticket)
    {
        try
        {
            if (Seal.Unprotect(ticket).Split(' ', 2) is [var number, var code]) (Number, Code) = (number, code);
        }
        catch (CryptographicException)
        {
            throw Refused.Invalid("progress.over", "", "查询已过时，请对照回执重新输入。", "That look-up is too old; enter it again from the receipt.");
        }
    }
}
