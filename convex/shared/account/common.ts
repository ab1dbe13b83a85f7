// What everybody tries first (rule P3 in README.md): the words of which most leaked passwords are made, and what fingers
// run along. Words of three letters and more; their spellings with figures and signs are found as well.

/** Lower case; compared with "a" also written "4" or "@", and so on. */
export const COMMON_WORDS: readonly string[] = `
  password passwort passwd pass contrasena motdepasse parola senha haslo wachtwoord salasana losenord
  welcome willkommen bienvenue bienvenido letmein login logon signin access secret secure security private
  admin administrator root user username guest test testing tester demo default changeme change temp temporary
  master superuser super manager account office company business work computer laptop desktop server system network
  internet google facebook amazon apple microsoft windows linux android iphone samsung youtube twitter instagram linkedin
  countersign approval approve desk
  iloveyou loveyou love lover loveme forever always baby babygirl angel princess prince queen king sweetheart honey
  sunshine summer winter spring autumn monday tuesday wednesday thursday friday saturday sunday
  january february march april june july august september october november december
  monkey dragon tiger lion eagle falcon panther cheetah horse dolphin kitty kitten puppy doggy chicken turtle butterfly
  football soccer baseball basketball hockey tennis golf cricket rugby champion player
  arsenal chelsea liverpool manchester barcelona realmadrid juventus bayern yankees cowboys lakers steelers patriots
  superman batman spiderman ironman wolverine avengers pokemon pikachu mario zelda starwars startrek matrix
  shadow ninja samurai killer hunter ranger warrior soldier hacker magic wizard phoenix thunder lightning storm
  flower rose lily cherry orange banana cookie chocolate pepper coffee cheese pizza
  michael jennifer jessica ashley nicole daniel anthony matthew joshua andrew robert thomas charlie jordan george
  william david james john michelle amanda samantha elizabeth melissa hannah sophie maria anna alexander benjamin
  ferrari mercedes porsche mustang corvette harley yamaha toyota honda
  london paris berlin madrid roma newyork california texas chicago america england france germany italia espana
  freedom heaven jesus christ church blessed faith hope peace happy smile lucky diamond silver golden money dollar rich
  hello goodbye whatever nothing something anything trustno one two three four five six seven eight nine zero
  correcthorsebatterystaple opensesame abracadabra supercalifragilistic thisismypassword
`
  .split(/\s+/)
  .filter((word) => word !== "");

/** What fingers and children's rhymes run along, each also backwards. */
const ROWS: readonly string[] = [
  "1234567890",
  "01234567890",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiop",
  "qwertzuiop",
  "azertyuiop",
  "asdfghjkl",
  "qsdfghjklm",
  "zxcvbnm",
  "yxcvbnm",
  "qazwsxedcrfvtgbyhnujmikolp",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
  "1q2w3e4r5t6z7u8i9o0p",
  "1q2w3e4r5t6y7u8i9o0p",
  "!@#$%^&*()",
  '!"§$%&/()=',
];
export const RUNS: readonly string[] = ROWS.flatMap((row) => [row, [...row].reverse().join("")]);

/** Shorter runs occur in any text. */
export const RUN_MIN = 3;
