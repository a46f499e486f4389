import { testToolchain } from '@hop3/testing'
import type { Files } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

const project = (sdk: string, inside = ''): string =>
  `<Project Sdk="Microsoft.NET.Sdk${sdk}">\n  <PropertyGroup>\n    <TargetFramework>net8.0</TargetFramework>\n    ${inside}\n  </PropertyGroup>\n</Project>\n`
const items = (text: string, added: string): string => text.replace('</Project>', `<ItemGroup>${added}</ItemGroup></Project>`)
const web = project('.Web')
const library = project('')
const program = project('', '<OutputType>Exe</OutputType>')
const tests = items(program, '<PackageReference Include="Microsoft.NET.Test.Sdk" Version="17.11.1" />')

testToolchain({
  factory: toolchainNamed('dotnet'),
  accepts: { 'Shop.csproj': web, 'Program.cs': '' },
  rejects: { 'Shop.csproj': library, 'Names.cs': '' },
  contradicts: { 'Shop.csproj': web, 'global.json': '{ "sdk": { "version": "6.0.400" } }' },
})

test('a server is restored by its project alone, published, and started where that lies', async () => {
  expect(await planOf('dotnet', { 'Shop.csproj': web, 'Program.cs': '' })).toEqual({
    kind: 'dotnet',
    phases: {
      install: {
        cmds: ['dotnet restore Shop.csproj'],
        onlyIncludeFiles: ['Shop.csproj'],
        cacheDirectories: ['~/.nuget/packages'],
        outputs: ['obj'],
      },
      build: {
        cmds: ['dotnet publish Shop.csproj -c Release -o out --no-restore'],
        cacheDirectories: ['~/.nuget/packages'],
        outputs: ['out'],
      },
    },
    processes: { web: 'cd out && ASPNETCORE_URLS="http://$BIND_ADDRESS:$PORT" exec dotnet Shop.dll' },
    variables: { DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1', MSBUILDDISABLENODEREUSE: '1', UseSharedCompilation: 'false' },
    versions: { dotnet: { version: '8.0', origin: 'Shop.csproj:3' } },
    exclude: ['/out', '/bin', '/obj'],
    runtime: {},
    decisions: [
      { key: 'dotnet.project', value: 'Shop.csproj', origin: 'Shop.csproj' },
      { key: 'dotnet.framework', value: 'net8.0', origin: 'Shop.csproj:3' },
    ],
    warnings: [],
    startWarnings: [],
  })
})

describe('what a project makes', () => {
  const aspnet = items(program, '<FrameworkReference Include="Microsoft.AspNetCore.App" />')
  const listening = 'cd out && ASPNETCORE_URLS="http://$BIND_ADDRESS:$PORT" exec'
  test.each([
    [
      'a server of another name',
      project('.Web', '<AssemblyName>My $(MSBuildProjectName)</AssemblyName>'),
      { web: `${listening} dotnet 'My Shop.dll'` },
    ],
    ['ASP.NET in a program', aspnet, { web: `${listening} dotnet Shop.dll` }],
    ['a worker', project('.Worker'), { worker: 'cd out && exec dotnet Shop.dll' }],
    ['a program', program, { worker: 'cd out && exec dotnet Shop.dll' }],
    ['a server compiled ahead of time', project('.Web', '<PublishAot>true</PublishAot>'), { web: `${listening} ./Shop` }],
    ['a server with its runtime', project('.Web', '<SelfContained>True</SelfContained>'), { web: `${listening} ./Shop` }],
    [
      'what another property says, in a circle or not',
      project('.Web', '<A>$(B)</A><B>$(A)</B><Name>app</Name><AssemblyName>$(Name)</AssemblyName><Version>$(A)</Version>'),
      { web: `${listening} dotnet app.dll` },
    ],
    [
      'what has no condition',
      project('.Web', `<AssemblyName>app</AssemblyName><AssemblyName Condition="'$(X)' > '1'">other</AssemblyName>`),
      { web: `${listening} dotnet app.dll` },
    ],
  ])('%s', async (_what, text, processes) => {
    expect((await planOf('dotnet', { 'Shop.csproj': text })).processes).toEqual(processes)
  })

  test('a site of Blazor is files', async () => {
    const { kind, processes, runtime } = await planOf('dotnet', { 'Shop.csproj': project('.BlazorWebAssembly') })
    expect({ kind, processes, runtime }).toEqual({ kind: 'static', processes: { static: 'out/wwwroot' }, runtime: { spa: true } })
  })

  test('F# and Visual Basic as well; a compiler of machine code needs one of C', async () => {
    expect((await planOf('dotnet', { 'shop.fsproj': web })).processes['web']).toMatch(/dotnet shop\.dll$/)
    expect((await planOf('dotnet', { 'shop.vbproj': project('.Web', '<PublishAot>true</PublishAot>') })).phases['setup']).toMatchObject({
      aptPkgs: ['clang', 'zlib1g-dev'],
    })
  })
})

describe('which project', () => {
  const solution = (...paths: readonly string[]): { 'Shop.sln': string } => ({
    'Shop.sln': [
      'Microsoft Visual Studio Solution File',
      ...paths.map((path) => `Project("{FAE0}") = "X", "${path}", "{B1}"\r\nEndProject`),
    ].join('\r\n'),
  })
  const apps = { 'src/Api/Api.csproj': web, 'src/Web/Web.csproj': web }

  test.each<[string, Files, string]>([
    [
      'the server of a solution',
      {
        ...solution('src\\Names\\Names.csproj', 'src\\Web\\Web.csproj', 'tests\\T\\T.csproj'),
        'src/Names/Names.csproj': library,
        'src/Web/Web.csproj': web,
        'tests/T/T.csproj': tests,
      },
      'src/Web/Web.csproj',
    ],
    [
      'the server of a newer solution',
      { 'a.slnx': '<Solution><Folder Name="/src/"><Project Path="src/Web/Web.fsproj" /></Folder></Solution>', 'src/Web/Web.fsproj': web },
      'src/Web/Web.fsproj',
    ],
    [
      'the server rather than its site',
      { ...solution('Client\\C.csproj', 'Server\\S.csproj'), 'Client/C.csproj': project('.BlazorWebAssembly'), 'Server/S.csproj': web },
      'Server/S.csproj',
    ],
    [
      'the one in the root',
      { ...solution('Shop.csproj', 'other\\Other.csproj'), 'Shop.csproj': web, 'other/Other.csproj': web },
      'Shop.csproj',
    ],
    [
      'the one named like the app',
      { ...apps, ...solution('src\\Api\\Api.csproj', 'src/Shop/Shop.csproj'), 'src/Shop/Shop.csproj': web },
      'src/Shop/Shop.csproj',
    ],
    ['the one in src', { 'src/Web/Web.csproj': web }, 'src/Web/Web.csproj'],
    [
      'the one below, where the root hints at it',
      { 'Directory.Build.props': '<Project/>', 'a/b/Web/Web.csproj': web },
      'a/b/Web/Web.csproj',
    ],
    [
      'not what starts others',
      {
        ...solution('H\\H.csproj', 'W\\W.csproj'),
        'H/H.csproj': items(program, '').replace('Microsoft.NET.Sdk', 'Aspire.AppHost.Sdk/9.0.0'),
        'W/W.csproj': web,
      },
      'W/W.csproj',
    ],
  ])('%s', async (_what, files, file) => {
    expect(await verdictOf('dotnet', files)).toMatchObject({ accepted: true })
    expect((await planOf('dotnet', files)).decisions[0]).toMatchObject({ key: 'dotnet.project', value: file })
  })

  test('of several is an error that lists them, and an option decides', async () => {
    const error = planOf('dotnet', apps)
    await expect(error).rejects.toMatchObject({
      code: 'config.dotnet.several-projects',
      message: expect.stringContaining('src/Api/Api.csproj, src/Web/Web.csproj'),
      hint: expect.stringContaining('[build.dotnet]\nproject = "src/Api/Api.csproj"'),
    })
    for (const asked of ['src/Web/Web.csproj', './src/Web/', 'Web', 'src\\Web']) {
      expect((await planOf('dotnet', apps, { options: { project: asked } })).phases['build']?.cmds).toEqual([
        'dotnet publish src/Web/Web.csproj -c Release -o out --no-restore',
      ])
    }
  })

  test.each([
    [{ ...apps }, { project: 'src/Gone' }, 'config.dotnet.project', 'src/Web/Web.csproj'],
    [{ ...apps }, { project: '../a.csproj' }, 'config.dotnet.project', 'src/Web/Web.csproj'],
    [{ 'a.csproj': library }, {}, 'config.dotnet.no-project', 'project ='],
    [{ 'a.csproj': '<Project ToolsVersion="15.0" xmlns="http://x"></Project>' }, {}, 'config.dotnet.framework', 'net8.0'],
    [{ 'a.csproj': web.replace('net8.0', 'net48') }, {}, 'config.dotnet.framework', 'net8.0'],
    [{ 'a.csproj': project('.Web', '<UseWPF>true</UseWPF>') }, {}, 'config.dotnet.framework', 'net8.0'],
    [{ 'a.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">\n<PropertyGroup>\n</Project>' }, {}, 'config.dotnet.xml', 'dotnet build'],
  ])('%#: an error that says what to write', async (files, options, code, hint) => {
    await expect(planOf('dotnet', files, { options, named: true })).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) })
  })

  test('a worker beside the server is spoken of', async () => {
    const files = { ...solution('W\\W.csproj', 'S\\S.csproj'), 'W/W.csproj': project('.Worker'), 'S/S.csproj': web }
    expect((await planOf('dotnet', files)).warnings).toEqual([expect.stringContaining('[build.dotnet] project = "W/W.csproj"')])
  })

  test('of a workspace is the one in the app, and paths are the source’s', async () => {
    const { phases, exclude } = await planOf('dotnet', apps, { root: 'src/Web' })
    expect(phases).toMatchObject({
      install: { cmds: ['dotnet restore Web.csproj'], outputs: ['src/Web/obj'] },
      build: { cmds: ['dotnet publish Web.csproj -c Release -o out --no-restore'], outputs: ['src/Web/out'] },
    })
    expect(exclude).toEqual(['/src/Web/out', '/src/Web/bin', '/src/Web/obj'])
  })
})

describe('a src directory', () => {
  const tool = { 'src/Build/Clean.csproj': program }

  test('is read by its solution', async () => {
    const { decisions } = await planOf('dotnet', {
      ...tool,
      'src/Shop.sln': 'Project("{F}") = "Shop.Web", "Presentation\\Shop.Web\\Shop.Web.csproj", "{F}"\n',
      'src/Presentation/Shop.Web/Shop.Web.csproj': web,
    })
    expect(decisions[0]).toMatchObject({ key: 'dotnet.project', value: 'src/Presentation/Shop.Web/Shop.Web.csproj' })
  })

  test('with a project is read as deep as they lie', async () => {
    const { decisions } = await planOf('dotnet', { ...tool, 'src/Presentation/Web/Shop.Web/Shop.Web.csproj': web })
    expect(decisions[0]).toMatchObject({ key: 'dotnet.project', value: 'src/Presentation/Web/Shop.Web/Shop.Web.csproj' })
  })
})

test('packages that are chosen by a condition are left to the build', async () => {
  const choice =
    '<Choose><When Condition="$(Full)"><ItemGroup><ProjectReference Include="..\\More\\More.csproj" /></ItemGroup></When></Choose>'
  const { phases } = await planOf('dotnet', { 'Shop.csproj': web.replace('</Project>', `${choice}</Project>`) })
  expect(Object.keys(phases)).toEqual(['build'])
})

test('a site of Blazor beside the server is spoken of, unless the server publishes it', async () => {
  const files = (server: string): Files => ({
    'Shop.sln': ['Api', 'Shared', 'Client'].map((name) => `Project("{F}") = "${name}", "${name}\\\\${name}.csproj", "{F}"\n`).join(''),
    'Api/Api.csproj': server,
    'Shared/Shared.csproj': items(library, '<ProjectReference Include="..\\Client\\Client.csproj" />'),
    'Client/Client.csproj': project('.BlazorWebAssembly'),
  })
  expect((await planOf('dotnet', files(web))).warnings).toEqual([expect.stringContaining('Client/Client.csproj is a site as well')])
  const hosting = items(web, '<ProjectReference Include="..\\Shared\\Shared.csproj" />')
  expect((await planOf('dotnet', files(hosting))).warnings).toEqual([])
})

describe('a build that runs Node', () => {
  const target = (command: string, more = ''): string =>
    web.replace(
      '</Project>',
      `<PropertyGroup><SpaRoot>ClientApp\\</SpaRoot></PropertyGroup>\n<Target Name="Spa"${more}><Exec WorkingDirectory="$(SpaRoot)" Command="${command}" /></Target></Project>`,
    )

  test('for its pages asks for it, in the version they name', async () => {
    const { phases, versions, decisions } = await planOf('dotnet', {
      'Shop.csproj': target('npm run build'),
      'ClientApp/package.json': '{"engines":{"node":">=20"}}',
    })
    expect(phases['build']?.cmds).toEqual(['node --version', 'dotnet publish Shop.csproj -c Release -o out --no-restore'])
    expect(versions['node']).toEqual({ version: '>=20', origin: 'ClientApp/package.json:1' })
    expect(decisions).toContainEqual({ key: 'dotnet.node', value: 'the build runs it', origin: 'Shop.csproj:7' })
  })

  test('for pages in a project of their own leaves the packages to the build', async () => {
    const { phases, versions } = await planOf('dotnet', {
      'Shop.sln': 'Project("{F}") = "Api", "Api\\Api.csproj", "{F}"\n',
      'Api/Api.csproj': items(web, '<ProjectReference Include="..\\client\\client.esproj" />'),
      'client/client.esproj': '<Project Sdk="Microsoft.VisualStudio.JavaScript.Sdk/1.0.1" />',
      'client/package.json': '{}',
      '.nvmrc': '22\n',
    })
    expect(phases).toEqual({
      build: expect.objectContaining({ cmds: ['node --version', 'dotnet publish Api/Api.csproj -c Release -o out'] }),
    })
    expect(versions['node']).toEqual({ version: '22', origin: '.nvmrc:1' })
  })

  test.each([
    ['when somebody develops', target('npm install', ` Condition="'$(Configuration)' == 'Debug'"`)],
    ['in name only', target('echo npm-free')],
  ])('%s does not need it here', async (_what, text) => {
    expect((await planOf('dotnet', { 'Shop.csproj': text })).phases['build']?.cmds).toHaveLength(1)
  })
})

describe('packages', () => {
  const nuget = (value: string, more = ''): string =>
    `<configuration><packageSources><add key="a" value="${value}" /></packageSources>${more}</configuration>`

  test('of all projects that are needed, by their files and what MSBuild reads beside them', async () => {
    const { phases, exclude } = await planOf('dotnet', {
      'src/Web/Web.csproj': items(web, '<ProjectReference Include="..\\Names\\Names.csproj" />'),
      'src/Web/packages.lock.json': '{}',
      'src/Names/Names.csproj': items(library, `<PackageReference Include="X" Condition="'$(Configuration)' == 'Release'" />`),
      'Directory.Packages.props': '<Project/>',
      'nuget.config': nuget('https://example.com', '<add value="%FEED_TOKEN%" />'),
    })
    expect(phases['install']).toEqual({
      cmds: ['dotnet restore src/Web/Web.csproj --locked-mode -p:Configuration=Release'],
      onlyIncludeFiles: [
        'Directory.Packages.props',
        'nuget.config',
        'src/Names/Names.csproj',
        'src/Web/Web.csproj',
        'src/Web/packages.lock.json',
      ],
      cacheDirectories: ['~/.nuget/packages'],
      outputs: ['src/Web/obj', 'src/Names/obj'],
      secrets: ['FEED_TOKEN'],
    })
    expect(exclude).toEqual(['/out', '/src/Web/bin', '/src/Web/obj', '/src/Names/bin', '/src/Names/obj'])
  })

  test.each<[string, Files]>([
    ['a feed lies in the app', { 'Shop.csproj': web, 'nuget.config': nuget('./packages') }],
    ['a project lies elsewhere', { 'Shop.csproj': items(web, '<ProjectReference Include="../X/X.csproj" />') }],
    ['a file is imported', { 'Shop.csproj': web.replace('</Project>', '<Import Project="$(X)/a.props" /></Project>') }],
    [
      'obj lies elsewhere',
      {
        'Shop.csproj': web,
        'Directory.Build.props': '<Project><PropertyGroup><UseArtifactsOutput>true</UseArtifactsOutput></PropertyGroup></Project>',
      },
    ],
  ])('are fetched by the build where %s', async (_what, files) => {
    const { phases, decisions } = await planOf('dotnet', { ...files, 'packages.lock.json': '{}' })
    expect(Object.keys(phases)).toEqual(['build'])
    expect(phases['build']?.cmds).toEqual(['dotnet publish Shop.csproj -c Release -o out -p:RestoreLockedMode=true'])
    expect(decisions).toContainEqual(expect.objectContaining({ key: 'dotnet.restore' }))
  })
})

describe('the version', () => {
  const global = (sdk: string): Record<string, string> => ({ 'global.json': `{\n  // the SDK\n  "sdk": {\n    ${sdk}\n  }\n}` })
  test.each<[string, Files, string, string]>([
    ['the framework', {}, '8.0', 'Shop.csproj:3'],
    [
      'the newest of several',
      { 'Shop.csproj': web.replace(/<(\/?)TargetFramework>/g, '<$1TargetFrameworks>').replace('net8.0', 'net8.0;net10.0;net9.0') },
      '10.0',
      'Shop.csproj:3',
    ],
    [
      'the framework of all projects',
      {
        'Shop.csproj': web.replace(/<TargetFramework>.*/, ''),
        'Directory.Build.props': '<Project><PropertyGroup>\n<TargetFramework>net9.0</TargetFramework></PropertyGroup></Project>',
      },
      '9.0',
      'Directory.Build.props:2',
    ],
    ['global.json', global('"version": "8.0.404"'), '8.0.404', 'global.json:4'],
    ['global.json and what is as good', global('"version": "8.0.100", "rollForward": "latestFeature"'), '8.0', 'global.json:4'],
    ['global.json, any minor', global('"version": "8.0.100", "rollForward": "latestMinor"'), '8', 'global.json:4'],
    ['the framework, where any newer SDK will do', global('"version": "6.0.100", "rollForward": "latestMajor"'), '8.0', 'Shop.csproj:3'],
    ['.tool-versions', { '.tool-versions': 'dotnet-core 8.0.404\n' }, '8.0.404', '.tool-versions:1'],
    ['mise.toml', { 'mise.toml': '[tools]\ndotnet = "8"\n' }, '8', 'mise.toml:2'],
  ])('of %s', async (_what, files, version, origin) => {
    expect((await planOf('dotnet', { 'Shop.csproj': web, ...files })).versions).toEqual({ dotnet: { version, origin } })
  })

  test('of the SDK may be left open', async () => {
    const files = { 'Shop.csproj': web, 'global.json': '{ "sdk": { "version": "8.0.x", "rollForward": "latestFeature" } }' }
    expect((await planOf('dotnet', files)).versions).toEqual({ dotnet: { version: '8.0', origin: 'global.json:1' } })
  })

  test('of a framework before .NET 5 has its own name', async () => {
    const old = web.replace(
      '<TargetFramework>net8.0</TargetFramework>',
      '<TargetFrameworks>netcoreapp3.1;netstandard2.0</TargetFrameworks>',
    )
    const { phases, decisions } = await planOf('dotnet', { 'Shop.csproj': old })
    expect(phases['build']?.cmds).toEqual(['dotnet publish Shop.csproj -c Release -o out -f netcoreapp3.1 --no-restore'])
    expect(decisions).toContainEqual(expect.objectContaining({ key: 'dotnet.framework', value: 'netcoreapp3.1' }))
  })

  test('of several frameworks one is published', async () => {
    const text = web.replace(/<(\/?)TargetFramework>/g, '<$1TargetFrameworks>').replace('net8.0', 'net8.0;net9.0')
    expect((await planOf('dotnet', { 'Shop.csproj': text })).phases['build']?.cmds).toEqual([
      'dotnet publish Shop.csproj -c Release -o out -f net9.0 --no-restore',
    ])
  })

  test('newer than the framework needs that one’s runtime, too', async () => {
    const { versions, warnings } = await planOf('dotnet', { 'Shop.csproj': web, ...global('"version": "9.0.100"') })
    expect(versions).toEqual({ dotnet: { version: '9.0.100', origin: 'global.json:4' } })
    expect(warnings).toEqual([expect.stringMatching(/^Shop\.csproj:3 targets \.NET 8\.0, .*global\.json:4/)])
  })

  test.each([
    [
      '"version": "6.0.100"',
      'config.dotnet.version-conflict',
      'global.json:4 asks for dotnet "6.0.100", but Shop.csproj:3 allows only ">=8.0".',
    ],
    ['"version": "newest"', 'config.dotnet.version', 'global.json:4 asks for .NET "newest", which is not a version of .NET.'],
  ])('%s is an error', async (sdk, code, message) => {
    await expect(planOf('dotnet', { 'Shop.csproj': web, ...global(sdk) })).rejects.toMatchObject({ code, message })
  })
})

test.each([
  ['appsettings.json', '{\n  "Kestrel": {\n    "Endpoints": {}\n  }\n}', 'appsettings.json:2'],
  ['appsettings.json', '{\n  "Urls": "http://localhost:5000"\n}', 'appsettings.json:2'],
  ['Program.cs', 'var app = b.Build();\napp.Run("http://localhost:5000");\n', 'Program.cs:2'],
  ['Program.cs', 'o.ListenAnyIP(8080);\n', 'Program.cs:1'],
])('an address in %s is warned of', async (name, text, origin) => {
  expect((await planOf('dotnet', { 'Shop.csproj': web, [name]: text })).warnings).toEqual([expect.stringContaining(`${origin} `)])
  expect((await planOf('dotnet', { 'Shop.csproj': web, 'Program.cs': 'app.Run();\n', 'appsettings.json': '{}' })).warnings).toEqual([])
})

test.each<[string, Files, string]>([
  ['a library with tests', { 'a.sln': '', 'Shop.csproj': library, 'Tests.csproj': tests }, 'makes no program'],
  ['a program for Windows', { 'Shop.csproj': project('', '<OutputType>WinExe</OutputType>') }, 'is for Windows'],
  ['another language', { 'package.json': '{}', 'src/Web/Web.csproj': web }, 'no .csproj'],
])('%s is left to others', async (_what, files, reason) => {
  expect(await verdictOf('dotnet', files)).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) })
})
