/** Sets of system packages, usable as providers: they add packages to the phase `setup` and nothing else. Names as in Debian 12 and nixpkgs. */

export interface PackageSet {
  readonly about: string
  readonly aptPkgs: readonly string[]
  readonly nixPkgs: readonly string[]
}

export const packageSets: Readonly<Record<string, PackageSet>> = {
  fonts: {
    about: 'fonts for PDFs and images: Latin, CJK, emoji',
    aptPkgs: words('fontconfig fonts-dejavu-core fonts-liberation fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji'),
    nixPkgs: words('fontconfig dejavu_fonts liberation_ttf noto-fonts noto-fonts-cjk-sans noto-fonts-color-emoji'),
  },
  images: {
    about: 'libraries and tools that read and write images',
    aptPkgs: words('imagemagick libjpeg62-turbo libpng16-16 libwebp7 libtiff6 libgif7 libheif1 librsvg2-2 libvips42 libopenjp2-7'),
    nixPkgs: words('imagemagick libjpeg libpng libwebp libtiff giflib libheif librsvg vips openjpeg'),
  },
  chromium: {
    about: "headless Chromium's libraries, for Puppeteer and Playwright",
    aptPkgs: words(
      'ca-certificates fonts-liberation libasound2 libatk-bridge2.0-0 libatk1.0-0 libatspi2.0-0 libcairo2 libcups2 libdbus-1-3 libdrm2 libgbm1 libglib2.0-0 libnspr4 libnss3 libpango-1.0-0 libx11-6 libxcb1 libxcomposite1 libxdamage1 libxext6 libxfixes3 libxkbcommon0 libxrandr2',
    ),
    nixPkgs: words(
      'cacert liberation_ttf alsa-lib at-spi2-core cairo cups dbus libdrm libgbm glib nspr nss pango xorg.libX11 xorg.libxcb xorg.libXcomposite xorg.libXdamage xorg.libXext xorg.libXfixes libxkbcommon xorg.libXrandr',
    ),
  },
  'postgresql-client': { about: 'psql, pg_dump and libpq', aptPkgs: words('postgresql-client libpq5'), nixPkgs: ['postgresql'] },
  'mysql-client': {
    about: 'mysql, mysqldump and the client library',
    aptPkgs: words('default-mysql-client libmariadb3'),
    nixPkgs: ['mariadb.client'],
  },
  'sqlite-client': { about: 'the sqlite3 shell and library', aptPkgs: words('sqlite3 libsqlite3-0'), nixPkgs: ['sqlite'] },
  'redis-client': { about: 'redis-cli', aptPkgs: ['redis-tools'], nixPkgs: ['redis'] },
  ffmpeg: { about: 'ffmpeg and ffprobe', aptPkgs: ['ffmpeg'], nixPkgs: ['ffmpeg'] },
  pdf: {
    about: 'tools that read and make PDFs',
    aptPkgs: words('poppler-utils ghostscript qpdf'),
    nixPkgs: words('poppler_utils ghostscript qpdf'),
  },
  'build-tools': {
    about: 'a C and C++ compiler, make and pkg-config, for packages with native parts',
    aptPkgs: words('build-essential pkg-config'),
    nixPkgs: words('gcc gnumake pkg-config'),
  },
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
