using Approvals.Messaging;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access.Contract;

/// <summary>窗口: a place in the hall at which clerks sit and to which applications belong.</summary>
internal sealed record WindowFacts
{
    public long Id { get; init; }
    public string Name { get; init; } = "";

    public static Refused Unknown(string field) => Refused.Invalid("window.unknown", field, "没有这个窗口，或已关闭，请从列表中选择。", "There is no such window, or it is closed; choose from the list.");
}

/// <summary>The windows that are open, by name.</summary>
internal sealed record OpenWindows : IRequest<IReadOnlyList<WindowFacts>>, IInside;

/// <summary>How much is still open at a window: whoever knows adds a line. Its particulars are for those who see the work.</summary>
internal sealed record CountingAtWindow(long WindowId, ICollection<Text> Lines) : INotification;

internal static class WindowScope
{
    /// <summary>Why a clerk of one window may not act on an application of another.</summary>
    public static Refused Other(string application, string window) => Refused.Forbidden("application.otherWindow",
        $"申请 {application} 由{window}办理，请联系该窗口；要接过来办，由该窗口或中心督办转窗。",
        $"Application {application} is with {window}; ask that window. To take it over, that window or the supervisor moves it to yours.");
}
