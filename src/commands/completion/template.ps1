# PowerShell completion for KUBECTL-DS; `KUBECTL DS completion powershell` prints it.

Register-ArgumentCompleter -Native -CommandName 'KUBECTL-DS' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # Words are taken as they stand: nothing of what was typed is run.
    $words = @(
        foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
            if ($element.Extent.EndOffset -ge $cursorPosition) { break }
            if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
                $element.Value
            } else {
                $element.Extent.Text
            }
        }
    )
    $current = "$wordToComplete"
    # Before 7.3 an empty argument gets lost on its way to a program.
    if ($current -eq '' -and ($PSVersionTable.PSVersion -lt [version]'7.3' -or $PSNativeCommandArgumentPassing -eq 'Legacy')) {
        $current = '""'
    }

    $reply = @(& 'KUBECTL-DS' __complete @words $current 2>$null)
    $flag = if ($wordToComplete -match '^-[^=]*=') { $Matches[0] } else { '' }
    foreach ($entry in $reply) {
        if ($entry -match '^:\d+$') { continue }
        $value, $help = $entry -split "`t", 2
        if (-not $help) { $help = $value }
        $text = "$flag$value"
        if ($text -match '[^\w\-./:=@]') { $text = "'" + $text.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $help)
    }
}
